"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# constraints whose two tables need each other
_CROSS_REFERENCES = [
    ("images", "head_revision_id", "revisions"),
    ("model_versions", "training_run_id", "training_runs"),
]


def upgrade() -> None:
    op.create_table(
        "images",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("thumbnail_blob", sa.String(), nullable=False),
        sa.Column("width", _WHOLE, nullable=False),
        sa.Column("height", _WHOLE, nullable=False),
        sa.Column("bit_depth", _WHOLE, nullable=False),
        sa.Column("product_group", sa.String(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("head_revision_id", _WHOLE, nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("sha256", name=op.f("uq_images_sha256")),
    )
    op.create_index(op.f("ix_images_state_id"), "images", ["state", "id"])
    op.create_table(
        "model_versions",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("architecture", sa.String(), nullable=False),
        sa.Column("weights_blob", sa.String(), nullable=True),
        sa.Column("shipped_weights", sa.String(), nullable=True),
        sa.Column("parent_id", _WHOLE, nullable=True),
        sa.Column("training_run_id", _WHOLE, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("code_version", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("activated_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_versions")),
        sa.UniqueConstraint("name", name=op.f("uq_model_versions_name")),
        _reference("model_versions", "parent_id", "model_versions"),
    )
    live = sa.text("state = 'live'")
    op.create_index(
        "uq_model_versions_live",
        "model_versions",
        ["state"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "revisions",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("parent_id", _WHOLE, nullable=True),
        sa.Column("number", _WHOLE, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("trimap_blob", sa.String(), nullable=False),
        sa.Column("alpha_blob", sa.String(), nullable=False),
        sa.Column("model_version_id", _WHOLE, nullable=True),
        sa.Column("drafter", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("image_id", "number", name=op.f("uq_revisions_image_id_number")),
        _reference("revisions", "image_id", "images"),
        _reference("revisions", "parent_id", "revisions"),
        _reference("revisions", "model_version_id", "model_versions"),
    )
    op.create_table(
        "stroke_log",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("radius", _WHOLE, nullable=True),
        sa.Column("points", sa.LargeBinary(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stroke_log")),
        sa.UniqueConstraint("revision_id", "position", name=op.f("uq_stroke_log_revision_id_position")),
        sa.UniqueConstraint("revision_id", "client_key", name=op.f("uq_stroke_log_revision_id_client_key")),
        _reference("stroke_log", "revision_id", "revisions"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        _reference("decisions", "image_id", "images"),
        _reference("decisions", "revision_id", "revisions"),
    )
    op.create_index(op.f("ix_decisions_image_id"), "decisions", ["image_id"])
    op.create_table(
        "training_sets",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("validation_share", sa.Double(), nullable=False),
        sa.Column("train_count", _WHOLE, nullable=False),
        sa.Column("validation_count", _WHOLE, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sets")),
    )
    op.create_table(
        "training_set_items",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("training_set_id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("product_group", sa.String(), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("photo_sha256", sa.String(), nullable=False),
        sa.Column("trimap_blob", sa.String(), nullable=False),
        sa.Column("alpha_blob", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_set_items")),
        sa.UniqueConstraint("training_set_id", "image_id", name=op.f("uq_training_set_items_training_set_id_image_id")),
        _reference("training_set_items", "training_set_id", "training_sets"),
        _reference("training_set_items", "image_id", "images"),
        _reference("training_set_items", "revision_id", "revisions"),
    )
    op.create_table(
        "training_runs",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("training_set_id", _WHOLE, nullable=True),
        sa.Column("parent_model_id", _WHOLE, nullable=True),
        sa.Column("candidate_id", _WHOLE, nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=True),
        sa.Column("pid", _WHOLE, nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("log_path", sa.String(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_runs")),
        _reference("training_runs", "training_set_id", "training_sets"),
        _reference("training_runs", "parent_model_id", "model_versions"),
        _reference("training_runs", "candidate_id", "model_versions"),
    )
    op.create_index(op.f("ix_training_runs_state"), "training_runs", ["state"])
    op.create_table(
        "events",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("image_id", _WHOLE, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        _reference("events", "image_id", "images"),
    )
    op.create_index(op.f("ix_events_image_id"), "events", ["image_id"])
    for table, column, target in _CROSS_REFERENCES:
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(op.f(f"fk_{table}_{column}"), target, [column], ["id"])


def downgrade() -> None:
    for table, column, _ in _CROSS_REFERENCES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
    for table in (
        "events",
        "training_runs",
        "training_set_items",
        "training_sets",
        "decisions",
        "stroke_log",
        "revisions",
        "model_versions",
        "images",
    ):
        op.drop_table(table)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
