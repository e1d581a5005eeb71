"""What goes in and out: tags of images, frozen exports, tokens of scripts, webhooks."""

import sqlalchemy as sa
from alembic import op

from annotation_store.migrations import append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DUE = sa.text("state = 'waiting'")
_NEW_TABLES = (
    "webhook_deliveries",
    "webhooks",
    "replays",
    "api_tokens",
    "export_presets",
    "export_items",
    "export_sets",
    "image_tags",
    "bookmarks",
)


def upgrade() -> None:
    _create_exports()
    _create_tokens()
    _create_webhooks()
    op.create_table(
        "image_tags",
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("image_id", "tag", name=op.f("pk_image_tags")),
        _reference("image_tags", "image_id", "images"),
    )
    op.create_index(op.f("ix_image_tags_tag"), "image_tags", ["tag"])
    op.create_table(
        "bookmarks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bookmarks")),
    )
    append_only.protect(["export_items"])


def downgrade() -> None:
    _check_what_the_older_version_knows()
    append_only.release(["export_items"])
    for table in _NEW_TABLES:
        op.drop_table(table)


def _check_what_the_older_version_knows() -> None:
    revisions = sa.Table("revisions", sa.MetaData(), autoload_with=op.get_bind())
    imported = sa.select(revisions.c.id).where(revisions.c.kind == "imported").limit(1)
    if op.get_bind().execute(imported).first():
        raise ValueError("the older version knows no mattes that were made elsewhere: this store cannot go back")


def _create_exports() -> None:
    op.create_table(
        "export_sets",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("project_ids", sa.JSON(), nullable=False),
        sa.Column("image_count", _WHOLE, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("ground_blob", sa.String(), nullable=True),
        sa.Column("manifest_blob", sa.String(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_sets")),
    )
    op.create_table(
        "export_items",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("export_set_id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("decision_id", _WHOLE, nullable=False),
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_items")),
        sa.UniqueConstraint("export_set_id", "image_id", name=op.f("uq_export_items_export_set_id_image_id")),
        sa.UniqueConstraint("export_set_id", "stem", name=op.f("uq_export_items_export_set_id_stem")),
        _reference("export_items", "export_set_id", "export_sets"),
        _reference("export_items", "image_id", "images"),
        _reference("export_items", "revision_id", "revisions"),
        _reference("export_items", "decision_id", "decisions"),
    )
    op.create_index(op.f("ix_export_items_image_id"), "export_items", ["image_id"])
    op.create_table(
        "export_presets",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_export_presets")),
    )


def _create_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        _reference("api_tokens", "person_id", "people"),
    )
    op.create_index(op.f("ix_api_tokens_person_id"), "api_tokens", ["person_id"])
    op.create_table(
        "replays",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", _WHOLE, nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_created_at"), "replays", ["created_at"])


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("project_ids", sa.JSON(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("webhook_id", _WHOLE, nullable=False),
        sa.Column("event_id", _WHOLE, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", _WHOLE, nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("status", _WHOLE, nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f("uq_webhook_deliveries_webhook_id_event_id")),
        _reference("webhook_deliveries", "webhook_id", "webhooks"),
        _reference("webhook_deliveries", "event_id", "events"),
    )
    op.create_index(
        "ix_webhook_deliveries_due", "webhook_deliveries", ["next_at"], sqlite_where=_DUE, postgresql_where=_DUE
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
