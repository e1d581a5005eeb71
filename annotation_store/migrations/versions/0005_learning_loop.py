"""What serves where, project by project; what trainings learn from, and when they begin by themselves."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from annotation_store.migrations import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KIND = sa.String(20)
_LIVE = "uq_model_versions_live"
_NEW_BLOBS = ("draft_trimap_blob", "retouch_blob")
_NEW_TABLES = ("efforts", "triggers", "training_points", "golden_images", "judgements", "standings")

_Columns = dict[str, tuple[sa.types.TypeEngine[Any], Any]]

_NEW_COLUMNS: dict[str, _Columns] = {
    "projects": {"learning": (_KIND, "automatic"), "canary_share": (sa.Double(), 0.2)},
    "model_versions": {
        "kind": (_KIND, "matting"),
        "origin": (_KIND, "trained"),
        "recipe": (sa.JSON(), {}),
        "provenance": (sa.JSON(), []),
        "notes": (sa.String(), ""),
    },
    "training_set_items": {
        "project_id": (_WHOLE, None),
        "tag": (sa.String(), ""),
        "supervision": (_KIND, "alpha"),
        "weight": (sa.Double(), 1.0),
        "learnt": (sa.Boolean(), False),
    },
    "training_runs": {"kind": (_KIND, "matting"), "cause": (_KIND, "button"), "attempts": (_WHOLE, 1)},
}
"""Each with what it is in the rows that are there already."""


def upgrade() -> None:
    op.drop_index(_LIVE, "model_versions")
    append_only.release(["training_set_items"])
    for table, columns in _NEW_COLUMNS.items():
        _extend(table, columns)
    with op.batch_alter_table("training_set_items") as batch:
        for name in _NEW_BLOBS:
            batch.add_column(sa.Column(name, sa.String(), nullable=True))
        batch.create_foreign_key(op.f("fk_training_set_items_project_id"), "projects", ["project_id"], ["id"])
    _create_tables()
    _settle_versions()
    _move_curves()
    append_only.protect(["training_set_items"])


def downgrade() -> None:
    _check_what_the_older_version_knows()
    _gather_curves()
    append_only.release(["training_set_items"])
    for table in _NEW_TABLES:
        op.drop_table(table)
    with op.batch_alter_table("training_set_items") as batch:
        batch.drop_constraint(op.f("fk_training_set_items_project_id"), type_="foreignkey")
        for name in _NEW_BLOBS:
            batch.drop_column(name)
    for table, columns in _NEW_COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
    with op.batch_alter_table("training_runs") as batch:
        for name in ("device", "samples_per_second", "seconds_left"):
            batch.drop_column(name)
    where = sa.text("state = 'live'")
    op.create_index(_LIVE, "model_versions", ["state"], unique=True, sqlite_where=where, postgresql_where=where)
    append_only.protect(["training_set_items"])


def _extend(table: str, columns: _Columns) -> None:
    """Columns that may not be null, filled in the rows that are there."""
    with op.batch_alter_table(table) as batch:
        for name, (kind, _) in columns.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
    rows = _table(table)
    values = {name: value for name, (_, value) in columns.items()}
    if table == "training_set_items":
        images = _table("images")
        values["project_id"] = sa.select(images.c.project_id).where(images.c.id == rows.c.image_id).scalar_subquery()
    if table == "training_runs":
        values["attempts"] = sa.case((rows.c.started_at.is_(None), 0), else_=1)
    op.get_bind().execute(rows.update().values(values))
    with op.batch_alter_table(table) as batch:
        for name, (kind, _) in columns.items():
            batch.alter_column(name, existing_type=kind, nullable=False)


def _create_tables() -> None:
    op.create_table(
        "standings",
        sa.Column("model_version_id", _WHOLE, nullable=False),
        sa.Column("project_id", _WHOLE, nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("state", _KIND, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("canary_share", sa.Double(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("activated_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("model_version_id", "project_id", name=op.f("pk_standings")),
        _reference("standings", "model_version_id", "model_versions"),
        _reference("standings", "project_id", "projects"),
    )
    for state in ("live", "canary"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_standings_{state}",
            "standings",
            ["project_id", "kind"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "judgements",
        sa.Column("model_version_id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("project_id", _WHOLE, nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("part", _KIND, nullable=False),
        sa.Column("live_model_id", _WHOLE, nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("picture_blob", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("model_version_id", "image_id", name=op.f("pk_judgements")),
        _reference("judgements", "model_version_id", "model_versions"),
        _reference("judgements", "image_id", "images"),
        _reference("judgements", "project_id", "projects"),
        _reference("judgements", "live_model_id", "model_versions"),
    )
    op.create_table(
        "golden_images",
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_golden_images")),
        _reference("golden_images", "image_id", "images"),
        _reference("golden_images", "revision_id", "revisions"),
    )
    op.create_table(
        "training_points",
        sa.Column("run_id", _WHOLE, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_training_points")),
        _reference("training_points", "run_id", "training_runs"),
    )
    op.create_table(
        "triggers",
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("approvals", _WHOLE, nullable=True),
        sa.Column("schedule", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("rise", sa.Double(), nullable=True),
        sa.Column("fired_at", sa.DateTime(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_triggers")),
    )
    op.create_table(
        "efforts",
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("image_id", _WHOLE, nullable=False),
        sa.Column("project_id", _WHOLE, nullable=False),
        sa.Column("model_version_id", _WHOLE, nullable=True),
        sa.Column("drafter", sa.String(), nullable=True),
        sa.Column("strokes", _WHOLE, nullable=False),
        sa.Column("painted_area", sa.Double(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_efforts")),
        _reference("efforts", "revision_id", "revisions"),
        _reference("efforts", "image_id", "images"),
        _reference("efforts", "project_id", "projects"),
        _reference("efforts", "model_version_id", "model_versions"),
    )
    op.create_index(op.f("ix_efforts_image_id"), "efforts", ["image_id"])
    op.create_index(op.f("ix_efforts_approved_at"), "efforts", ["approved_at"])


def _settle_versions() -> None:
    """What was live everywhere is live in every project; so with what has retired or was refused."""
    models, projects, standings = _table("model_versions"), _table("projects"), _table("standings")
    op.get_bind().execute(models.update().where(models.c.weights_blob.is_(None)).values(origin="shipped"))
    states = {"live": "live", "retired": "retired", "rejected": "refused"}
    for model in _rows(sa.select(models).where(models.c.state.in_(states))):
        for project in _rows(sa.select(projects.c.id)):
            values = {
                "model_version_id": model["id"],
                "project_id": project["id"],
                "kind": "matting",
                "state": states[model["state"]],
                "verdict": model["verdict"] or "",
                "figures": {},
                "changed_by": "studio",
                "changed_at": model["activated_at"] or model["created_at"],
                "activated_at": model["activated_at"],
            }
            op.get_bind().execute(standings.insert().values(values))


def _check_what_the_older_version_knows() -> None:
    """One live matting model for all projects, and sets without golden images; more is refused rather than lost."""
    models, items = _table("model_versions"), _table("training_set_items")
    if _rows(sa.select(models.c.id).where(models.c.kind != "matting")):
        raise ValueError("the older version knows no learned drafters as versions: this store cannot go back")
    if len(_rows(sa.select(models.c.id).where(models.c.state == "live"))) > 1:
        raise ValueError("the older version knows one live model, but several serve here: this store cannot go back")
    if _rows(sa.select(items.c.id).where(items.c.part == "golden").limit(1)):
        raise ValueError("the older version knows no golden images in training sets: this store cannot go back")


def _move_curves() -> None:
    """Out of one value that grew with every point, into a row for each."""
    with op.batch_alter_table("training_runs") as batch:
        batch.add_column(sa.Column("device", sa.String(), nullable=True))
        batch.add_column(sa.Column("samples_per_second", sa.Double(), nullable=True))
        batch.add_column(sa.Column("seconds_left", sa.Double(), nullable=True))
    runs, points = _table("training_runs"), _table("training_points")
    for run in _rows(sa.select(runs.c.id, runs.c.history)):
        by_step = {row.get("step", number): row for number, row in enumerate(run["history"] or [], 1)}
        for position, row in by_step.items():
            figures = {name: value for name, value in row.items() if name != "step"}
            values = {"run_id": run["id"], "position": position, "figures": figures}
            op.get_bind().execute(points.insert().values(values))
    with op.batch_alter_table("training_runs") as batch:
        batch.drop_column("history")


def _gather_curves() -> None:
    with op.batch_alter_table("training_runs") as batch:
        batch.add_column(sa.Column("history", sa.JSON(), nullable=True))
    runs, points = _table("training_runs"), _table("training_points")
    for run in _rows(sa.select(runs.c.id)):
        mine = sa.select(points).where(points.c.run_id == run["id"]).order_by(points.c.position)
        history = [{"step": row["position"], **row["figures"]} for row in _rows(mine)]
        op.get_bind().execute(runs.update().where(runs.c.id == run["id"]).values(history=history))
    with op.batch_alter_table("training_runs") as batch:
        batch.alter_column("history", existing_type=sa.JSON(), nullable=False)


def _table(name: str) -> sa.Table:
    """As it stands in the database at this moment."""
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _rows(query: Any) -> list[Any]:
    return list(op.get_bind().execute(query).mappings())


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
