"""A newer program brings the tables up to itself while this one is at work, and this one goes on, or says why not."""

import pytest
from newer_program import NEWER, newer_program
from obstore.store import MemoryStore
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from annotation_store import notes
from annotation_store.buckets.objects import ObstoreObjects
from annotation_store.corrections import open_document
from annotation_store.errors import StoreUnavailableError
from annotation_store.gallery import list_images
from annotation_store.keeping.backup import back_up
from annotation_store.keeping.collecting import collect
from annotation_store.keeping.doctor import examine
from annotation_store.keeping.manifest import MANIFEST_FILE
from annotation_store.keeping.moving import move_into_bucket
from annotation_store.keeping.restore import restore
from annotation_store.schema_version import Age, NewerTablesError, newest_revision
from annotation_store.store import open_store

EXPANDS = (
    'op.create_table("colours", sa.Column("blob", sa.String(), primary_key=True))\n'
    'op.add_column("images", sa.Column("colour", sa.String(), nullable=True))'
)


@pytest.fixture
def update(store, database_url, tmp_path):
    """``update(compatible_from)``: a newer program opens the store, on connections of its own, and closes it."""

    def run(compatible_from, upgrade=EXPANDS):
        folder = tmp_path / f"program-{compatible_from}"
        with newer_program(folder, upgrade=upgrade, compatible_from=compatible_from):
            newer = open_store(store.folder, database_url=database_url)
            assert newer.database.age() is Age.THE_SAME
            newer.database.close()

    return run


@pytest.fixture
def reopen(store, database_url):
    opened = []

    def run():
        opened.append(open_store(store.folder, database_url=database_url))
        return opened[-1]

    yield run
    for each in opened:
        each.database.close()


def test_an_open_store_goes_on_after_a_newer_program_has_expanded_its_tables(world, store, update):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "before")
    assert store.database.age() is Age.THE_SAME
    update(newest_revision())
    assert store.database.age() is Age.COMPATIBLE
    world.stroke(image.id, "after")
    world.draft("cup_2.png")
    world.approve(image.id)
    assert open_document(store, image.id).position == 0
    assert len(list_images(store)) == 2


def test_this_program_opens_such_tables_and_leaves_them_as_they_are(world, update, reopen):
    world.draft("cup_1.png")
    update(newest_revision())
    again = reopen()
    assert again.database.age() is Age.COMPATIBLE
    assert type(world)(again).draft("cup_2.png")
    with again.database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == NEWER
        assert session.scalars(text("SELECT colour FROM images")).all() == [None, None]


def test_tables_of_a_newer_program_that_needs_all_to_be_new_are_refused(store, update, reopen):
    update(NEWER)
    assert store.database.age() is Age.NEWER
    with pytest.raises(StoreUnavailableError, match="newer version"):
        reopen()


def test_a_migration_that_says_nothing_is_not_taken_for_compatible(store, update, reopen):
    update(None)
    assert store.database.age() is Age.NEWER
    with pytest.raises(StoreUnavailableError, match="newer version"):
        reopen()


def test_the_word_of_another_migration_does_not_count(store):
    """Tables of another program altogether, in which ours have been."""
    with store.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert store.database.age() is Age.NEWER


def test_a_newer_program_finds_its_tables_and_goes_back_to_nothing(store, update, tmp_path, database_url):
    """Opened twice by the newer program: the second time there is nothing to do."""
    update(newest_revision())
    with newer_program(tmp_path / "second", upgrade="raise AssertionError", compatible_from=newest_revision()):
        open_store(store.folder, database_url=database_url).database.close()


def test_what_must_know_every_table_is_refused_meanwhile(world, store, update, tmp_path):
    """An older program would take what only the new tables name for unneeded, or leave it out of a backup."""
    world.draft("cup_1.png")
    update(newest_revision())
    with store.database.write() as session:
        session.execute(text("INSERT INTO colours VALUES (:blob)"), {"blob": store.blobs.put(b"red")})
    elsewhere = ObstoreObjects("s3://memory/studio", MemoryStore())
    for work in (
        lambda: collect(store),
        lambda: back_up(store, tmp_path / "backup"),
        lambda: move_into_bucket(store, elsewhere, alone=True, verify=False, say=lambda *_: None),
    ):
        with pytest.raises(NewerTablesError, match="with the newer version"):
            work()
    assert list(elsewhere.listing("")) == []
    assert not (tmp_path / "backup" / MANIFEST_FILE).exists()
    (finding,) = [each for each in examine(store) if each.check == "schema-version"]
    assert "newer version" in finding.message


def test_a_backup_has_the_words_of_the_migrations_and_a_restore_brings_them_back(
    world, store, tmp_path, bare_postgresql_url
):
    world.draft("cup_1.png")
    back_up(store, tmp_path / "backup")
    for folder, url in ((tmp_path / "files", ""), (tmp_path / "server", bare_postgresql_url)):
        restore(tmp_path / "backup", folder, database_url=url)
        restored = open_store(folder, database_url=url)
        with restored.database.read() as session:
            assert session.execute(text("SELECT revision, compatible_from FROM schema_versions")).all() == [
                (newest_revision(), "0008")
            ]
        restored.database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_index_that_was_built_beforehand_is_taken_over(world, store, update):
    """How an index on a large table comes without anybody waiting: by hand, CONCURRENTLY, before the update."""
    world.draft("cup_1.png")
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE INDEX CONCURRENTLY ix_images_name ON images (name)"))
    update(newest_revision(), 'op.create_index("ix_images_name", "images", ["name"], if_not_exists=True)')
    assert store.database.age() is Age.COMPATIBLE


def test_a_row_that_the_newer_tables_refuse_is_an_error_and_no_loss(world, store, update):
    """Why a rule that old programs do not know needs a migration of its own: this one was called compatible wrongly."""
    update(newest_revision(), 'op.execute("CREATE UNIQUE INDEX once ON notes (text)")')
    (image,) = world.draft("cup_1.png")
    notes.add_note(store, image.id, x=1, y=2, text="strap", by="ren")
    with pytest.raises(IntegrityError):
        notes.add_note(store, image.id, x=3, y=4, text="strap", by="ren")
    assert len(notes.list_notes(store, image.id)) == 1
