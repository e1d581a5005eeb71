"""What it is worth: working time, outcomes, drift, machine hours, rate cards, pilots, blind comparisons."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.String(20)
_RUNNING = sa.text("state = 'running'")
_NEW_TABLES = (
    "preferences",
    "comparison_pairs",
    "comparisons",
    "pilot_images",
    "pilots",
    "rate_cards",
    "machine_hours",
    "drift_alarms",
    "photo_statistics",
    "outcomes",
    "work_spans",
)


def upgrade() -> None:
    _create_figures()
    _create_pilots()
    _create_comparisons()
    with op.batch_alter_table("projects") as batch:
        batch.add_column(sa.Column("figures_by_person", sa.Boolean(), nullable=True))
    op.execute(sa.update(sa.table("projects", sa.column("figures_by_person"))).values(figures_by_person=sa.false()))
    with op.batch_alter_table("projects") as batch:
        batch.alter_column("figures_by_person", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    for table in _NEW_TABLES:
        op.drop_table(table)
    with op.batch_alter_table("projects") as batch:
        batch.drop_column("figures_by_person")
    pick = sa.column("pick", sa.String)
    op.execute(sa.update(sa.table("images", pick)).where(pick == "pilot").values(pick="lot"))  # it was by lot, too


def _create_figures() -> None:
    _table(
        "work_spans",
        _whole("id"),
        _whole("image_id"),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("purpose", _WORD, nullable=False),
        _moment("began_at"),
        _moment("ended_at"),
        images=["image_id"],
    )
    _index("work_spans", "image_id")
    _index("work_spans", "began_at")
    _index("work_spans", "person", "began_at")
    _table(
        "outcomes",
        _whole("revision_id"),
        _whole("image_id"),
        _whole("project_id"),
        _whole("draft_revision_id", nullable=True),
        _whole("model_version_id", nullable=True),
        sa.Column("drafter", sa.String(), nullable=True),
        sa.Column("as_drafted", sa.Boolean(), nullable=False),
        sa.Column("in_bulk", sa.Boolean(), nullable=False),
        _figure("complexity"),
        *(_figure(error, nullable=True) for error in ("sad", "mse", "grad", "conn")),
        _moment("approved_at"),
        key=["revision_id"],
        revisions=["revision_id", "draft_revision_id"],
        images=["image_id"],
        projects=["project_id"],
        model_versions=["model_version_id"],
    )
    _index("outcomes", "image_id")
    _index("outcomes", "approved_at")
    _table(
        "photo_statistics",
        _whole("image_id"),
        *map(_figure, ("megapixels", "aspect", "lightness", "contrast", "warmth", "colourfulness")),
        key=["image_id"],
        images=["image_id"],
    )
    _table(
        "drift_alarms",
        _whole("id"),
        _whole("project_id"),
        sa.Column("figure", sa.String(), nullable=False),
        *map(_figure, ("before", "lately", "distance", "p_value")),
        _moment("noticed_at"),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        projects=["project_id"],
    )
    _index("drift_alarms", "project_id")
    _table(
        "machine_hours",
        _moment("hour"),
        sa.Column("work", _WORD, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        _figure("seconds"),
        _whole("images"),
        key=["hour", "work", "device"],
    )
    _table(
        "rate_cards",
        _whole("id"),
        sa.Column("card", sa.JSON(), nullable=False),
        _moment("created_at"),
        sa.Column("created_by", sa.String(), nullable=False),
    )


def _create_pilots() -> None:
    _table(
        "pilots",
        _whole("id"),
        _whole("project_id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", _WORD, nullable=False),
        _figure("blank_share"),
        _whole("seed"),
        _whole("rate_card_id", nullable=True),
        _moment("created_at"),
        sa.Column("created_by", sa.String(), nullable=False),
        _moment("ended_at", nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        projects=["project_id"],
        rate_cards=["rate_card_id"],
    )
    op.create_index(
        "uq_pilots_running", "pilots", ["project_id"], unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )
    _table(
        "pilot_images",
        _whole("pilot_id"),
        _whole("image_id"),
        _whole("position"),
        sa.Column("arm", _WORD, nullable=False),
        _whole("stratum"),
        _whole("draft_revision_id", nullable=True),
        key=["pilot_id", "image_id"],
        pilots=["pilot_id"],
        images=["image_id"],
        revisions=["draft_revision_id"],
    )
    _index("pilot_images", "image_id")


def _create_comparisons() -> None:
    _table(
        "comparisons",
        _whole("id"),
        _whole("project_id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("first", _WORD, nullable=False),
        _whole("first_model_id", nullable=True),
        sa.Column("second", _WORD, nullable=False),
        _whole("second_model_id", nullable=True),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        _moment("created_at"),
        sa.Column("created_by", sa.String(), nullable=False),
        _moment("closed_at", nullable=True),
        projects=["project_id"],
        model_versions=["first_model_id", "second_model_id"],
    )
    _index("comparisons", "project_id")
    _table(
        "comparison_pairs",
        _whole("id"),
        _whole("comparison_id"),
        _whole("image_id"),
        _whole("revision_id"),
        sa.Column("first_blob", sa.String(), nullable=True),
        sa.Column("second_blob", sa.String(), nullable=True),
        sa.UniqueConstraint("comparison_id", "image_id", name=op.f("uq_comparison_pairs_comparison_id_image_id")),
        comparisons=["comparison_id"],
        images=["image_id"],
        revisions=["revision_id"],
    )
    _table(
        "preferences",
        _whole("id"),
        _whole("pair_id"),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("first_was_left", sa.Boolean(), nullable=False),
        sa.Column("choice", _WORD, nullable=False),
        _whole("confidence"),
        sa.Column("ground", sa.String(), nullable=False),
        _moment("created_at"),
        sa.UniqueConstraint("pair_id", "person", name=op.f("uq_preferences_pair_id_person")),
        comparison_pairs=["pair_id"],
    )


def _table(name: str, *parts: sa.Column[Any] | sa.Constraint, key: list[str] | None = None, **to: list[str]) -> None:
    """A table with its primary key. to: by table, the columns that refer to it."""
    op.create_table(
        name,
        *parts,
        sa.PrimaryKeyConstraint(*(key or ["id"]), name=op.f(f"pk_{name}")),
        *(_reference(name, column, target) for target, columns in to.items() for column in columns),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _whole(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _WHOLE, nullable=nullable)


def _figure(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
