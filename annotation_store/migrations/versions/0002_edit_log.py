"""The log keeps any edit, not strokes of one brush alone; revisions keep alpha that was painted by hand."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_COMMON = ("id", "revision_id", "position", "client_key", "author", "created_at")


def upgrade() -> None:
    _create_log("edit_log", sa.Column("edit", sa.LargeBinary(), nullable=True))
    _move("stroke_log", "edit_log", _as_edit)
    op.drop_table("stroke_log")
    with op.batch_alter_table("revisions") as batch:
        batch.add_column(sa.Column("retouch_blob", sa.String(), nullable=True))


def downgrade() -> None:
    """What the old log cannot say (soft strokes, areas, fills, pressure) is refused rather than lost."""
    _create_log(
        "stroke_log",
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("radius", _WHOLE, nullable=True),
        sa.Column("points", sa.LargeBinary(), nullable=True),
    )
    _move("edit_log", "stroke_log", _as_stroke)
    op.drop_table("edit_log")
    with op.batch_alter_table("revisions") as batch:
        batch.drop_column("retouch_blob")


def _create_log(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("revision_id", _WHOLE, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        *columns,
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("revision_id", "position", name=op.f(f"uq_{name}_revision_id_position")),
        sa.UniqueConstraint("revision_id", "client_key", name=op.f(f"uq_{name}_revision_id_client_key")),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name=op.f(f"fk_{name}_revision_id")),
    )


def _move(source: str, target: str, convert: Any) -> None:
    connection = op.get_bind()
    old, new = (sa.Table(name, sa.MetaData(), autoload_with=connection) for name in (source, target))
    for row in connection.execute(sa.select(old).order_by(old.c.id)).mappings().all():
        connection.execute(new.insert().values({name: row[name] for name in _COMMON} | convert(row)))
    if connection.dialect.name == "postgresql":  # rows that bring their numbers leave the counter behind
        counter = sa.func.pg_get_serial_sequence(target, "id")
        connection.execute(sa.select(sa.func.setval(counter, sa.func.max(new.c.id))))


def _as_edit(row: Any) -> dict[str, Any]:
    if row["kind"] != "stroke":
        return {"kind": row["kind"], "edit": None}
    edit = {
        "ink": row["label"],
        "radius": row["radius"],
        "points": json.loads(row["points"]),
        "radii": [],
        "tool": "brush",
    }
    return {"kind": "edit", "edit": json.dumps(edit, separators=(",", ":")).encode()}


def _as_stroke(row: Any) -> dict[str, Any]:
    if row["kind"] != "edit":
        return {"kind": row["kind"], "label": None, "radius": None, "points": None}
    edit = json.loads(row["edit"])
    if edit["tool"] != "brush" or edit["ink"] == "draft" or edit["radii"]:
        raise ValueError(
            f"revision {row['revision_id']} carries an edit that the older version does not know: approve or undo it"
        )
    points = json.dumps(edit["points"], separators=(",", ":")).encode()
    return {"kind": "stroke", "label": edit["ink"], "radius": edit["radius"], "points": points}
