"""What anybody may ask without signing in: whether the process lives, and whether people can be served."""

import pytest
from sqlalchemy import text

from annotation_store.database import Database
from annotation_store.schema_version import Age, newest_revision
from annotation_store.store import DATABASE_FILE
from studio.operations import readiness


@pytest.fixture(autouse=True)
def _fresh_looks(monkeypatch):
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 0.0)


@pytest.fixture
def break_database(studio):
    """Write something else in the place of the database."""

    def overwrite():
        studio.store.database.close()
        for file in studio.store.folder.glob(f"{DATABASE_FILE}*"):
            file.unlink()
        (studio.store.folder / DATABASE_FILE).write_bytes(b"no database at all, s3cret " * 200)

    return overwrite


def test_a_studio_that_is_well_says_so_in_few_words(client):
    assert client.get("/healthz").json() == {"alive": True}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": []})
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/readyz").status_code == 200


def test_tables_of_another_version_are_told(client, studio):
    with studio.store.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "failing": ["migrations"]})


def test_tables_that_a_newer_version_has_made_for_both_are_well_and_told_once(client, studio, capsys):
    """In the middle of a rolling update."""
    with studio.store.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("INSERT INTO schema_versions VALUES ('9999', :ours)"), {"ours": newest_revision()})
    for _ in range(2):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": []})
    assert capsys.readouterr().out.count("this one goes on") == 1


def test_a_store_that_cannot_be_read_is_told_without_any_reason(client, break_database, capsys):
    break_database()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "failing": ["store"]})
    assert DATABASE_FILE in capsys.readouterr().out  # the reason is for whoever reads the log


def test_a_store_that_does_not_answer_in_time_is_told_and_not_asked_again_meanwhile(client, monkeypatch, eventually):
    import threading

    asked, answer_now = [], threading.Event()

    def hang(database):
        asked.append(database)
        answer_now.wait(60)
        return Age.THE_SAME

    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(Database, "age", hang)
    try:
        for _ in range(3):
            assert client.get("/readyz").json()["failing"] == ["store"]
        assert len(asked) == 1
    finally:
        answer_now.set()
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 20.0)
    eventually(lambda: client.get("/readyz").status_code == 200)


def test_one_look_serves_all_who_ask_within_a_second(client, monkeypatch):
    asked = []
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(Database, "age", lambda database: asked.append(database) or Age.THE_SAME)
    assert {client.get("/readyz").status_code for _ in range(20)} == {200}
    assert len(asked) == 1


def test_blobs_that_cannot_be_written_are_told(client, studio):
    studio.store.blobs.root.rename(studio.store.folder / "gone")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "failing": ["blobs"]})


def test_the_look_leaves_no_file_behind(client, studio):
    before = sorted(studio.store.blobs.root.rglob("*"))
    assert client.get("/readyz").status_code == 200
    assert sorted(studio.store.blobs.root.rglob("*")) == before


def test_a_studio_that_closes_is_not_ready_and_still_alive(client, studio):
    studio.closing.begin()
    assert client.get("/readyz").json() == {"ready": False, "failing": ["closing"]}
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_the_process_lives_whatever_became_of_the_store(client, studio, break_database):
    break_database()
    studio.store.blobs.root.rename(studio.store.folder / "gone")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json()["failing"] == ["store", "blobs"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_for_looking_only_and_under_own_names_only(client, path):
    refused = client.post(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert client.get(path, headers={"Host": "rebound.example"}).status_code == 403
    assert client.get(f"{path}/more").status_code == 404
