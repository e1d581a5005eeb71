import pytest
from sqlalchemy import text

from annotation_store.keeping.finding import Severity
from annotation_store.store import DATABASE_FILE


def only(findings):
    (finding,) = findings
    return finding.severity, finding.check, finding.message


@pytest.mark.parametrize(
    ("revision", "severity", "words"),
    [
        ("0003", Severity.WARNING, "an older version (its tables are at 0003"),
        ("9999", Severity.WARNING, "a newer version (its tables are at 9999)"),
        (None, Severity.DAMAGE, "has no tables of a studio"),
    ],
)
def test_tables_of_another_version_are_told_and_not_looked_at(world, spoil, findings, revision, severity, words):
    world.draft("cup_1.png")
    spoil("UPDATE images SET state = 'in_limbo'")
    if revision is None:
        spoil("DROP TABLE alembic_version")
    else:
        spoil("UPDATE alembic_version SET version_num = :revision", revision=revision)
    told, check, message = only(findings())
    assert (told, check) == (severity, "schema-version")
    assert words in message


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
def test_a_damaged_page_is_found_and_the_rows_are_not_believed(world, store, findings):
    (image,) = world.draft("cup_1.png")
    with store.database.read() as session:
        page = session.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_images_sha256'"))
    store.database.close()
    pages = bytearray((store.folder / DATABASE_FILE).read_bytes())
    pages[pages.index(image.sha256.encode(), (page - 1) * 4096)] = ord("x")
    (store.folder / DATABASE_FILE).write_bytes(pages)
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "integrity")
    assert message.startswith("The file of the database is damaged (")
    assert message.endswith("restore the studio from a backup.")


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
def test_a_file_that_is_no_database_is_found(store, findings):
    store.database.close()
    (store.folder / DATABASE_FILE).write_bytes(b"not a database " * 999)
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "database")
    assert "not a database" in message


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_index_that_postgresql_does_not_trust_is_found(store, spoil, findings):
    spoil("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_images_sha256'::regclass")
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "integrity")
    assert "index ix_images_sha256:" in message


def test_rows_that_name_nothing_are_counted(world, spoil, findings):
    world.take_in("a.png", "b.png")
    spoil("UPDATE images SET project_id = 404", "UPDATE events SET image_id = 405 WHERE id = 1")
    told = [(finding.severity, finding.check, finding.message) for finding in findings()]
    assert [(severity, check) for severity, check, _ in told] == [(Severity.DAMAGE, "references")] * 2
    assert "2 rows name something in images.project_id that projects does not hold" in told[0][2]
    assert "1 row names something in events.image_id that images does not hold" in told[1][2]


def test_words_that_mean_nothing_are_found(world, spoil, findings):
    world.draft("a.png", "b.png")
    spoil("UPDATE images SET state = 'in_limbo'", "UPDATE revisions SET kind = 'dream' WHERE id = 1")
    told = [(finding.severity, finding.check, finding.message) for finding in findings()]
    assert [(severity, check) for severity, check, _ in told] == [(Severity.DAMAGE, "vocabulary")] * 2
    assert "In images, state is “in_limbo”" in told[0][2]
    assert "In revisions, kind is “dream”" in told[1][2]
