"""People, projects, leases, honeypots; what orders the queue; rows that are never changed."""

import datetime
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from annotation_store.migrations import append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIRST_PROJECT = 1
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = "state IN ('ready', 'in_correction')"
_OPEN_INDEXES = ("id", "difficulty", "novelty", "lot")
_NEW_IN_IMAGES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "project_id": _WHOLE,
    "assigned_to": sa.String(),
    "pick": sa.String(20),
    "lot": sa.Double(),
    "difficulty": sa.Double(),
    "confidence": sa.Double(),
    "novelty": sa.Double(),
    "look": sa.LargeBinary(),
    "honeypot_of_id": _WHOLE,
}
_NEW_IN_EVENTS = ("before", "after", "request_id")


def upgrade() -> None:
    _create_people()
    _create_projects()
    _extend_images()
    _create_leases_and_honeypots()
    _count_edits()
    with op.batch_alter_table("events") as batch:
        for name in _NEW_IN_EVENTS:
            batch.add_column(sa.Column(name, sa.String(), nullable=True))
    append_only.protect()


def downgrade() -> None:
    append_only.release()
    with op.batch_alter_table("events") as batch:
        for name in _NEW_IN_EVENTS:
            batch.drop_column(name)
    with op.batch_alter_table("edit_log") as batch:
        batch.drop_column("undone")
        batch.drop_column("active")
    op.execute("UPDATE revisions SET kind = 'correction' WHERE kind = 'restored'")
    _restrict_images()
    for table in (
        "honeypot_results",
        "honeypots",
        "leases",
        "project_members",
        "projects",
        "invitations",
        "sign_ins",
        "people",
    ):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("failed_attempts", _WHOLE, nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_people_{name}")) for name in ("name", "email", "oidc_subject")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", _WHOLE, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
        _reference("sign_ins", "person_id", "people"),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"])
    op.create_table(
        "invitations",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("project_ids", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("person_id", _WHOLE, nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        _reference("invitations", "person_id", "people"),
    )


def _create_projects() -> None:
    """With the one to which all present images belong."""
    projects = op.create_table(
        "projects",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("guidelines", sa.String(), nullable=False),
        sa.Column("guidelines_at", sa.DateTime(), nullable=True),
        sa.Column("policy", sa.String(20), nullable=False),
        sa.Column("random_share", sa.Double(), nullable=False),
        sa.Column("honeypot_share", sa.Double(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("bulk_confidence", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("name", name=op.f("uq_projects_name")),
    )
    op.create_table(
        "project_members",
        sa.Column("project_id", _WHOLE, nullable=False),
        sa.Column("person_id", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "person_id", name=op.f("pk_project_members")),
        _reference("project_members", "project_id", "projects"),
        _reference("project_members", "person_id", "people"),
    )
    op.create_index(op.f("ix_project_members_person_id"), "project_members", ["person_id"])
    first = {
        "name": "General",
        "tag": "",
        "guidelines": "",
        "policy": "first_in",
        "random_share": 0.0,
        "honeypot_share": 0.0,
        "four_eyes": False,
        "created_at": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
        "created_by": "studio",
    }
    op.get_bind().execute(projects.insert().values(first))  # takes the number 1, as its sequence's first


def _extend_images() -> None:
    """The same photo may belong to several projects, and may be served again as a honeypot."""
    with op.batch_alter_table("images") as batch:
        for name, kind in _NEW_IN_IMAGES.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
        batch.drop_constraint(op.f("uq_images_sha256"), type_="unique")
    images = _table("images")
    for row in _rows(sa.select(images.c.id, images.c.sha256)):
        values = {"project_id": FIRST_PROJECT, "lot": int(row["sha256"][:12], 16) / 16**12}
        op.get_bind().execute(images.update().where(images.c.id == row["id"]).values(values))
    with op.batch_alter_table("images") as batch:
        batch.alter_column("project_id", existing_type=_WHOLE, nullable=False)
        batch.alter_column("lot", existing_type=sa.Double(), nullable=False)
        batch.create_foreign_key(op.f("fk_images_project_id"), "projects", ["project_id"], ["id"])
        batch.create_foreign_key(op.f("fk_images_honeypot_of_id"), "images", ["honeypot_of_id"], ["id"])
    op.create_index(op.f("ix_images_sha256"), "images", ["sha256"])
    op.create_index(op.f("ix_images_project_id_state_id"), "images", ["project_id", "state", "id"])
    op.create_index(op.f("ix_images_project_id_product_group"), "images", ["project_id", "product_group"])
    photo = ["project_id", "sha256"]
    _create_partial_index("uq_images_project_id_sha256", photo, where="honeypot_of_id IS NULL", unique=True)
    _create_partial_index("ix_images_copies", ["honeypot_of_id"], where="honeypot_of_id IS NOT NULL")
    for column in _OPEN_INDEXES:
        _create_partial_index(f"ix_images_open_{column}", ["project_id", "assigned_to", column], where=_OPEN)


def _create_partial_index(name: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        "images",
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _create_leases_and_honeypots() -> None:
    op.create_table(
        "leases",
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_leases")),
        _reference("leases", "image_id", "images"),
    )
    op.create_index(op.f("ix_leases_person"), "leases", ["person"])
    op.create_index(op.f("ix_leases_expires_at"), "leases", ["expires_at"])
    op.create_table(
        "honeypots",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honeypots")),
        sa.UniqueConstraint("image_id", name=op.f("uq_honeypots_image_id")),
        _reference("honeypots", "image_id", "images"),
        _reference("honeypots", "revision_id", "revisions"),
    )
    op.create_table(
        "honeypot_results",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("honeypot_id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("sad", "mse", "grad", "conn")),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honeypot_results")),
        sa.UniqueConstraint("image_id", name=op.f("uq_honeypot_results_image_id")),
        _reference("honeypot_results", "honeypot_id", "honeypots"),
        _reference("honeypot_results", "image_id", "images"),
    )
    op.create_index(op.f("ix_honeypot_results_honeypot_id"), "honeypot_results", ["honeypot_id"])
    op.create_index(op.f("ix_honeypot_results_person"), "honeypot_results", ["person"])


def _count_edits() -> None:
    """What each entry of the log leaves behind, so that no later one has to read those before it."""
    with op.batch_alter_table("edit_log") as batch:
        batch.add_column(sa.Column("active", _WHOLE, nullable=True))
        batch.add_column(sa.Column("undone", _WHOLE, nullable=True))
    log = _table("edit_log")
    of_revision, active, undone = None, 0, 0
    for row in _rows(sa.select(log.c.id, log.c.revision_id, log.c.kind).order_by(log.c.revision_id, log.c.position)):
        if row["revision_id"] != of_revision:
            of_revision, active, undone = row["revision_id"], 0, 0
        steps = {"edit": (1, -undone), "undo": (-1, 1), "redo": (1, -1)}[row["kind"]]
        active, undone = active + steps[0], undone + steps[1]
        values = {"active": active, "undone": undone}
        op.get_bind().execute(log.update().where(log.c.id == row["id"]).values(values))
    with op.batch_alter_table("edit_log") as batch:
        batch.alter_column("active", existing_type=_WHOLE, nullable=False)
        batch.alter_column("undone", existing_type=_WHOLE, nullable=False)


def _restrict_images() -> None:
    """The version before knows one project and a photo but once; what it cannot hold is refused rather than lost."""
    images = _table("images")
    if _rows(sa.select(images.c.id).where(images.c.honeypot_of_id.is_not(None))):
        raise ValueError("the older version knows no honeypots, but some were served: this store cannot go back")
    if _rows(sa.select(images.c.sha256).group_by(images.c.sha256).having(sa.func.count() > 1)):
        raise ValueError("the older version holds a photo once, but one lies in several projects: it cannot go back")
    for index in (
        "uq_images_project_id_sha256",
        "ix_images_copies",
        *(f"ix_images_open_{column}" for column in _OPEN_INDEXES),
        "ix_images_project_id_product_group",
        "ix_images_project_id_state_id",
        "ix_images_sha256",
    ):
        op.drop_index(op.f(index), "images")
    with op.batch_alter_table("images") as batch:
        batch.drop_constraint(op.f("fk_images_honeypot_of_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_images_project_id"), type_="foreignkey")
        for name in _NEW_IN_IMAGES:
            batch.drop_column(name)
        batch.create_unique_constraint(op.f("uq_images_sha256"), ["sha256"])


def _table(name: str) -> sa.Table:
    """As it stands in the database at this moment."""
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _rows(query: Any) -> list[Any]:
    return list(op.get_bind().execute(query).mappings())


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
