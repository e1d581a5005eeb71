"""Many computers: who works in the background and on what, where a training runs, which programs fit; more indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
compatible_from = "0008"  # programs before it cannot read what is told here

_WAITS = sa.text("state = 'waiting'")
_IS_FLAGGED = sa.text("flagged_at IS NOT NULL")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "schema_versions",
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("compatible_from", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_versions")),
    )
    op.create_table(
        "workers",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", _WHOLE, nullable=False),
        sa.Column("birth", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_ended_at"), "workers", ["ended_at"])
    op.create_table(
        "draft_claims",
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("worker_id", _WHOLE, nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("falls", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_draft_claims")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_draft_claims_image_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_draft_claims_worker_id")),
    )
    op.create_index(op.f("ix_draft_claims_worker_id"), "draft_claims", ["worker_id"])
    op.add_column("training_runs", sa.Column("host", sa.String(), nullable=True))
    op.add_column("training_runs", sa.Column("log_blob", sa.String(), nullable=True))
    op.create_index(op.f("ix_decisions_author_created_at"), "decisions", ["author", "created_at"], if_not_exists=True)
    op.create_index(op.f("ix_decisions_created_at"), "decisions", ["created_at"], if_not_exists=True)
    _create_partly("ix_images_waiting", "state", "updated_at", where=_WAITS)
    _create_partly("ix_images_flagged", "project_id", "id", where=_IS_FLAGGED)


def downgrade() -> None:
    op.drop_index("ix_images_flagged", "images")
    op.drop_index("ix_images_waiting", "images")
    op.drop_index(op.f("ix_decisions_created_at"), "decisions")
    op.drop_index(op.f("ix_decisions_author_created_at"), "decisions")
    with op.batch_alter_table("training_runs") as batch:
        batch.drop_column("log_blob")
        batch.drop_column("host")
    op.drop_table("draft_claims")
    op.drop_table("workers")
    op.drop_table("schema_versions")


def _create_partly(name: str, *columns: str, where: sa.TextClause) -> None:
    """An index of some images, unless somebody has made it ahead while people were at work."""
    op.create_index(name, "images", list(columns), sqlite_where=where, postgresql_where=where, if_not_exists=True)
