import json
import os

import pytest
from approved_discs import approve_disc
from ctrl_c import press
from sqlalchemy import text

from annotation_store import gallery
from annotation_store.keeping import doctor as examining
from annotation_store.keeping.finding import damage, notice
from annotation_store.store import open_store
from studio.commands.terminal import StatusLine


@pytest.fixture
def studio(store):
    """A studio with an approved photo, guidelines and the log of a training."""
    approve_disc(store, "cup.png", 1)
    (store.folder / "guidelines.md").write_text("Soft edges.")
    (store.folder / "runs" / "0001").mkdir(parents=True)
    (store.folder / "runs" / "0001" / "training.log").write_text("learnt")
    (store.folder / "cache").mkdir()
    (store.folder / "cache" / "alpha.png").write_bytes(b"may be lost")
    (store.folder / "jobs.sqlite3").write_bytes(b"wakes the worker")
    return store


@pytest.fixture
def stopped(monkeypatch):
    """Ctrl-C at the first line of progress."""
    monkeypatch.setattr(StatusLine, "show", lambda _line, _text: press())


def photo_of(studio):
    return studio.blobs.path(gallery.list_images(studio)[0].photo_blob)


def files_below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_says_what_was_saved_and_a_second_one_what_was_there(run, studio):
    result = run("backup", "disk")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1 images backed up to disk: 4 files (")
    assert ") copied, 0 files (0 bytes) there already; database and the rest " in result.stdout
    assert result.stderr == "[------------------------]   0%  copying the database\n"
    assert ": 0 files (0 bytes) copied, 4 files (" in run("backup", "disk").stdout


def test_a_restored_studio_has_all_that_counts_and_nothing_else(run, studio, tmp_path):
    run("backup", "disk")
    result = run("restore", "disk", "--data-dir", "new", "--verify")
    assert result.exit_code == 0, result.output
    first, verdict = result.stdout.splitlines()
    assert first.startswith("1 images restored to new, as of 20")
    assert verdict == "sound"
    restored = files_below(tmp_path / "new")
    assert {name for name in restored if not name.startswith("blobs/")} == {
        "matteloop.sqlite3",
        "guidelines.md",
        "runs/0001/training.log",
    }
    assert gallery.list_images(open_store(tmp_path / "new")) == gallery.list_images(studio)


def test_a_backup_of_a_studio_that_lost_a_file_saves_the_rest_and_says_so(run, studio):
    photo_of(studio).unlink()
    result = run("backup", "disk")
    assert result.exit_code == 1
    assert "3 files (" in result.stdout
    assert result.stderr.splitlines()[-1].startswith(
        "error: 1 files could not be saved, since the studio itself has lost"
    )


def test_a_restore_of_what_was_lost_says_so_and_what_it_was(run, studio):
    photo_of(studio).unlink()
    run("backup", "disk")
    result = run("restore", "disk", "--data-dir", "new")
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 1)
    assert "error: 1 files are missing or damaged in the backup" in result.stderr
    result = run("restore", "disk", "--data-dir", "newer", "--verify")
    assert result.exit_code == 1
    assert "damage: The photo “cup.png” is missing: restore it from a backup" in result.stdout


def test_verify_copies_damaged_files_of_a_backup_anew(run, studio, tmp_path):
    run("backup", "disk")
    copy = tmp_path / "disk" / photo_of(studio).relative_to(studio.folder)
    copy.write_bytes(bytes(copy.stat().st_size))
    assert "0 files (0 bytes) copied" in run("backup", "disk").stdout
    assert "1 file (" in run("backup", "disk", "--verify").stdout
    assert copy.read_bytes() == photo_of(studio).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "studio-data/backup"), "lie in each other"),
        (("backup", "full"), "holds something else"),
        (("restore", "full", "--data-dir", "new"), "no finished backup"),
        (("restore", "disk"), "is not empty"),
        (("doctor", "--quick", "--deep"), "exclude each other"),
        (("doctor", "--data-dir", "new"), "there is no studio in new"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_changes_nothing(run, studio, tmp_path, arguments, said):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "holiday.jpg").write_bytes(b"beach")
    run("backup", "disk")
    before = files_below(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert files_below(tmp_path) == before


def test_a_stopped_backup_leaves_the_one_before_and_says_so(run, studio, stopped, tmp_path, monkeypatch):
    result = run("backup", "disk")
    assert (result.exit_code, result.stdout) == (130, "")
    assert not (tmp_path / "disk" / "backup.json").exists()
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert run("backup", "disk").exit_code == 0


def test_a_stopped_restore_is_no_studio_until_it_was_given_again(run, studio, tmp_path, monkeypatch):
    run("backup", "disk")
    with monkeypatch.context() as patch:
        patch.setattr(StatusLine, "show", lambda _line, _text: press())
        assert run("restore", "disk", "--data-dir", "new").exit_code == 130
    for command in ("doctor", "models", "collect"):
        result = run(command, "--data-dir", "new")
        assert result.exit_code == 1
        assert "was not finished, so it is no studio yet" in result.stderr
    assert run("restore", "disk", "--data-dir", "new", "--verify").exit_code == 0


def test_a_restore_into_a_database_on_a_server(run, studio, monkeypatch, bare_postgresql_url, tmp_path):
    run("backup", "disk")
    monkeypatch.setenv("MATTELOOP_DATABASE_URL", bare_postgresql_url)
    result = run("restore", "disk", "--data-dir", "new", "--verify")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "sound"), result.output
    assert "matteloop.sqlite3" not in files_below(tmp_path / "new")
    assert run("doctor", "--data-dir", "new").stdout == "sound\n"
    assert run("backup", "disk", "--data-dir", "new").exit_code == 0
    result = run("restore", "disk", "--data-dir", "newer")
    assert (result.exit_code, "holds a studio already" in result.stderr) == (1, True)


def test_the_doctor_finds_a_studio_sound(run, studio):
    result = run("doctor")
    assert (result.exit_code, result.stdout) == (0, "sound\n")
    assert (run("doctor", "--deep").stdout, run("doctor", "--quick").stdout) == ("sound\n", "sound\n")


def test_the_doctor_says_what_is_wrong_and_what_to_do(run, studio):
    photo_of(studio).write_bytes(b"rotten")
    result = run("doctor")
    assert result.exit_code == 1
    message, verdict = result.stdout.splitlines()
    assert message.startswith("damage: The photo “cup.png” is damaged: restore it from a backup, or take the same file")
    assert verdict == "1 damage"
    assert run("doctor", "--quick").exit_code == 0


def test_the_doctor_opens_every_picture_if_asked_to(run, studio):
    with studio.database.write() as session:
        session.execute(text("UPDATE images SET width = 65"))
    assert run("doctor").exit_code == 0
    assert run("doctor", "--deep").exit_code == 1


def test_findings_are_there_for_programs_too(run, studio):
    assert json.loads(run("doctor", "--json").stdout) == []
    photo_of(studio).unlink()
    result = run("doctor", "--json")
    (finding,) = json.loads(result.stdout)
    assert (result.exit_code, finding["severity"], finding["check"]) == (1, "damage", "missing-blob")
    assert "“cup.png”" in result.stdout


def test_findings_are_printed_by_severity_and_many_alike_ones_are_cut_short(run, studio, monkeypatch):
    found = [notice("orphans", "room"), *(damage("missing-blob", f"file {number}") for number in range(23))]
    monkeypatch.setattr(examining, "examine", lambda _store, **_options: iter(found))
    lines = run("doctor").stdout.splitlines()
    assert lines[0] == "damage: file 0"
    assert lines[20:] == [
        "damage: ... and 3 more of this kind (--json prints all)",
        "notice: room",
        "23 damage, 1 notice",
    ]
    monkeypatch.setattr(examining, "examine", lambda _store, **_options: iter(found[:1]))
    result = run("doctor")
    assert (result.exit_code, result.stdout) == (0, "notice: room\nsound, 1 notice\n")


def test_the_doctor_does_not_bring_an_older_studio_up_to_date(run, studio):
    with studio.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    result = run("doctor")
    assert result.exit_code == 1
    assert result.stdout.startswith("warning: The database was last used by an older version")
    with studio.database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0003"


def test_a_stopped_doctor_says_nothing(run, studio, stopped):
    assert (run("doctor").exit_code, run("doctor").stdout) == (130, "")


def test_collecting_makes_room_in_two_nights(run, studio):
    orphan = studio.blobs.put(b"nobody's")
    assert run("collect").stdout == (
        "0 files (0 bytes) set aside, 0 files (0 bytes) deleted, 0 files (0 bytes) left by crashes\n"
    )
    for expected in ("1 file (8 bytes) set aside, 0 files", "0 files (0 bytes) set aside, 1 file (8 bytes) deleted"):
        os.utime(studio.blobs.find(orphan), (0, 0))
        result = run("collect", "--hours", 2)
        assert result.exit_code == 0
        assert result.stdout.startswith(expected)
    assert studio.blobs.find(orphan) is None
    assert run("doctor").stdout == "sound\n"


def test_collecting_at_once_is_refused(run, studio):
    assert run("collect", "--hours", 0).exit_code == 2
