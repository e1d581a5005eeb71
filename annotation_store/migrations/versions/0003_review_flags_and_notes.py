"""Review, flags and notes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("images") as batch:
        batch.add_column(sa.Column("flagged_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("flagged_by", sa.String(), nullable=True))
        batch.add_column(sa.Column("flag_note", sa.String(), nullable=True))
    op.create_table(
        "notes",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("x", _WHOLE, nullable=False),
        sa.Column("y", _WHOLE, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_notes_image_id")),
    )
    op.create_index(op.f("ix_notes_image_id"), "notes", ["image_id"])


def downgrade() -> None:
    op.drop_table("notes")
    with op.batch_alter_table("images") as batch:
        for column in ("flag_note", "flagged_by", "flagged_at"):
            batch.drop_column(column)
    # the version before knows no review: its reader of states and verdicts would fail on these words.
    # What happened stays told in the events.
    op.execute("UPDATE images SET state = 'in_correction' WHERE state = 'in_review'")
    op.execute("DELETE FROM decisions WHERE verdict IN ('submitted', 'returned')")
