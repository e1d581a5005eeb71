"""Every migration since 0008 leaves tables that the programs which it names can go on with."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from breaking_changes import breaking_changes, shape_of
from newer_program import NEWER, newer_program

from annotation_store.schema_version import COMPATIBLE_FROM, MIGRATIONS, newest_revision

FIRST_TO_TELL = "0008"


def migrations():
    """The first that tells, and all after it, the oldest first."""
    scripts = list(reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())))
    revisions = [script.revision for script in scripts]
    return scripts[revisions.index(FIRST_TO_TELL) :]


def shape_at(database, revision):
    """Of the tables at a migration; they are left there."""
    with database.migration() as config:
        command.upgrade(config, revision)
    with database.engine.connect() as connection:
        return shape_of(connection)


def found(database, folder, upgrade):
    """What the linter says of a made-up migration."""
    with database.engine.connect() as connection:
        before = shape_of(connection)
    with newer_program(folder, upgrade=upgrade, compatible_from=newest_revision()):
        return list(breaking_changes(before, shape_at(database, NEWER)))


def test_each_names_a_program_that_is_known_and_never_an_older_one_than_the_migration_before():
    told = [getattr(script.module, COMPATIBLE_FROM, None) for script in migrations()]
    order = [script.revision for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]
    assert None not in told, "each migration says by `compatible_from` which programs can go on"
    places = [order.index(revision) for revision in told]
    assert places == sorted(places)
    assert all(order.index(script.revision) >= place for script, place in zip(migrations(), places, strict=True))


def test_no_migration_breaks_a_program_that_it_calls_compatible(store):
    """A migration that is its own oldest program (the contracting half) may do whatever it likes."""
    with store.database.migration() as config:
        command.downgrade(config, FIRST_TO_TELL)
    with store.database.engine.connect() as connection:
        before = shape_of(connection)
    for script in migrations()[1:]:
        after = shape_at(store.database, script.revision)
        if getattr(script.module, COMPATIBLE_FROM) != script.revision:
            assert list(breaking_changes(before, after)) == [], script.revision
        before = after


def test_expanding_is_no_break(store, tmp_path):
    upgrade = (
        'op.create_table("colours", sa.Column("id", sa.Integer(), primary_key=True))\n'
        'op.add_column("images", sa.Column("colour", sa.String(), nullable=True))\n'
        'op.add_column("images", sa.Column("shade", sa.String(), nullable=False, server_default="grey"))\n'
        'op.create_index("ix_images_colour", "images", ["colour"])'
    )
    assert found(store.database, tmp_path / "newer", upgrade) == []


@pytest.mark.parametrize(
    ("upgrade", "words"),
    [
        ('op.drop_table("notes")', ["the table notes is gone"]),
        ('op.rename_table("notes", "remarks")', ["the table notes is gone"]),
        (
            'with op.batch_alter_table("notes") as batch:\n    batch.drop_column("text")',
            ["the column notes.text is gone"],
        ),
        (
            'with op.batch_alter_table("notes") as batch:\n    batch.alter_column("text", new_column_name="words")',
            [
                "the column notes.text is gone",
                "notes.words is new, NOT NULL and has no default on the server",
            ],
        ),
        (
            'with op.batch_alter_table("workers") as batch:\n    batch.alter_column("ended_at", nullable=False)',
            ["workers.ended_at has become NOT NULL"],
        ),
        (
            'with op.batch_alter_table("notes") as batch:\n    batch.create_unique_constraint("u", ["text"])',
            ["rows of notes must obey a new rule: unique ['text']"],
        ),
        (
            'op.execute("CREATE UNIQUE INDEX once ON notes (text)")',
            ["rows of notes must obey a new rule: unique ['text']"],
        ),
    ],
    ids=["dropped", "renamed table", "dropped column", "renamed column", "not null", "unique", "in plain SQL"],
)
def test_what_breaks_older_programs_is_found(store, tmp_path, upgrade, words):
    assert found(store.database, tmp_path / "newer", upgrade) == words


def test_another_type_is_found(store, tmp_path):
    upgrade = 'with op.batch_alter_table("notes") as batch:\n    batch.alter_column("text", type_=sa.LargeBinary()%s)'
    using = ', postgresql_using="text::bytea"'
    (told,) = found(store.database, tmp_path / "newer", upgrade % using)
    assert told.startswith("notes.text was VARCHAR")


def test_the_linter_sees_rules_and_defaults_that_are_there(store):
    with store.database.engine.connect() as connection:
        shape = shape_of(connection)
    assert any(rule.startswith("unique") and "sha256" in rule for rule in shape.rules["images"])
    assert "['image_id'] names a row of images" in shape.rules["notes"]
    assert not shape.columns["notes"]["text"]["nullable"]
