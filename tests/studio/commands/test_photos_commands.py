import signal
from dataclasses import replace

import pytest
from approved_discs import disc, png
from ctrl_c import press

from annotation_store import drafts, gallery, schema
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.kinds import Role
from annotation_store.projects import create_project
from annotation_store.states import ImageState
from annotation_store.store import DATABASE_FILE, open_store
from annotation_store.workers import workers
from annotation_store.workers.places import here
from matting_core.image_io import ImageLimits
from studio.jobs import Jobs


@pytest.fixture
def photos(tmp_path):
    """A folder with two photos, one of them twice, and a file that is no image."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cup_01.png").write_bytes(png(disc(1)[0]))
    (folder / "cup_02.png").write_bytes(png(disc(2)[0]))
    (folder / "cup_02 copy.png").write_bytes(png(disc(2)[0]))
    (folder / "notes.png").write_text("not an image")
    return folder


def test_ingest_reports_every_file_that_was_not_taken_in(run, photos):
    result = run("ingest", photos)
    assert result.exit_code == 0
    rejected, duplicate, summary = result.stdout.splitlines()
    assert rejected.startswith("rejected: notes.png: ")
    assert duplicate == "duplicate: cup_02.png: in the studio already as cup_02 copy.png"
    assert summary == "2 taken in, 1 duplicates, 1 rejected"


def test_ingested_photos_wait_for_their_draft_under_the_operators_name(run, photos, tmp_path):
    assert run("ingest", photos / "cup_01.png", "--data-dir", "elsewhere").exit_code == 0
    store = open_store(tmp_path / "elsewhere")
    image = gallery.list_images(store)[0]
    assert (image.name, image.state, image.created_by) == ("cup_01.png", ImageState.WAITING, "keiko")
    assert len(Jobs(store.folder)) == 1


def test_ingest_fails_when_everything_is_rejected(run, photos, tmp_path):
    result = run("ingest", photos / "notes.png", "missing.png")
    assert result.exit_code == 1
    assert "rejected: missing.png: the file cannot be read: No such file or directory" in result.stdout
    assert len(Jobs(tmp_path / "studio-data")) == 0


def test_ingesting_the_same_again_is_no_failure(run, photos):
    run("ingest", photos / "cup_01.png")
    result = run("ingest", photos / "cup_01.png")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "0 taken in, 1 duplicates, 0 rejected")


def test_ingest_keeps_to_the_limit_of_the_settings(run, photos, monkeypatch):
    monkeypatch.setattr("studio.settings.Settings.image_limits", ImageLimits(max_pixels=100))
    result = run("ingest", photos / "cup_01.png")
    assert result.exit_code == 1
    assert "rejected: cup_01.png: the image has 64 x 64 pixels" in result.stdout


def test_ingest_takes_photos_in_for_a_project_with_their_subjects_and_people(run, photos, store, tmp_path):
    shoes = create_project(store, "Shoes", by="ren")
    (tmp_path / "shoes.csv").write_text(
        "file,subject,assigned_to\ncup_01.png,mug,mia\ncup_02 copy.png,mug,\nz.png,z,\n"
    )
    result = run("ingest", photos, "--project", "shoes", "--subjects", "shoes.csv")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-3:] == [
        "2 taken in, 1 duplicates, 1 rejected",
        "not in the project: z.png, of which the table tells something",
        "0 photos got another subject, 1 were assigned, 0 got tags",
    ]
    images = gallery.list_images(store, project_ids=[shoes.id])
    assert {(image.name, image.product_group, image.assigned_to) for image in images} == {
        ("cup_01.png", "mug", "mia"),
        ("cup_02 copy.png", "mug", None),
    }
    (tmp_path / "shoes.csv").write_text("file,subject\ncup_01.png,red mug\n")
    result = run("ingest", photos / "cup_01.png", "--project", "Shoes", "--subjects", "shoes.csv")
    assert result.stdout.splitlines()[-1] == "1 photos got another subject, 0 were assigned, 0 got tags"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--project", "Hats"), "There is no project “Hats”: choose one of “General”"),
        (("--subjects", "none.csv"), "none.csv cannot be read: No such file"),
        (("--subjects", "bad.csv"), "bad.csv, line 2: it names no subject"),
        (("--subjects", "strangers.csv"), "Nobody with an account here is called “nobody”"),
    ],
)
def test_ingest_takes_nothing_in_where_project_or_subjects_are_not_clear(
    run, photos, store, tmp_path, options, complaint
):
    (tmp_path / "bad.csv").write_text("file,subject\ncup_01.png,\n")
    (tmp_path / "strangers.csv").write_text("file,subject,assigned_to\ncup_01.png,mug,nobody\n")
    with store.database.write() as session:
        row = {"name": "mia", "display_name": "", "role": Role.OPERATOR, "failed_attempts": 0, "created_by": "ren"}
        session.add(schema.Person(**row))
    result = run("ingest", photos, *options)
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert gallery.list_images(store) == ()


def test_commands_find_the_studio_by_its_database(run, photos, tmp_path, monkeypatch, bare_postgresql_url):
    monkeypatch.setenv("MATTELOOP_DATABASE_URL", bare_postgresql_url)
    assert "there is no studio" in run("export", "cutouts.zip").output
    assert run("ingest", photos / "cup_01.png").exit_code == 0
    assert "nothing to export" in run("export", "cutouts.zip").output
    assert not (tmp_path / "studio-data" / DATABASE_FILE).exists()


def test_a_database_that_does_not_answer_is_one_sentence_without_the_password(run, monkeypatch):
    monkeypatch.setenv("MATTELOOP_DATABASE_URL", "postgresql://keiko:s3cret@127.0.0.1:1/store")
    result = run("draft")
    assert result.exit_code == 1
    assert "“store” on 127.0.0.1 cannot be used" in result.output
    assert "s3cret" not in result.output


def test_draft_drafts_every_waiting_image_with_a_line_each(run, photos, store, compact_weights):
    run("ingest", photos)
    result = run("draft")
    assert result.exit_code == 0, result.output
    assert result.stdout == "2 drafted, 0 failed\n"
    assert result.stderr.splitlines() == ["1 of 2: cup_01.png: drafted", "2 of 2: cup_02 copy.png: drafted"]
    assert gallery.count_by_state(store)[ImageState.READY] == 2


def test_draft_begins_with_what_a_run_had_claimed_that_is_gone(run, photos, store, compact_weights):
    run("ingest", photos)
    dead = workers.sign_on(store, name="draft", place=replace(here(), birth="of another"))
    while drafts.claim_next_for_drafting(store, worker_id=dead.id):
        pass
    assert gallery.count_by_state(store)[ImageState.WAITING] == 0
    result = run("draft")
    assert (result.exit_code, result.stdout) == (0, "2 drafted, 0 failed\n"), result.output
    assert gallery.count_by_state(store)[ImageState.READY] == 2


def test_draft_tells_why_an_image_failed_and_goes_on(run, photos, store, compact_weights):
    run("ingest", photos)
    broken = gallery.list_images(store, search="cup_01")[0]
    store.blobs.path(broken.photo_blob).write_bytes(b"damaged")
    result = run("draft")
    assert (result.exit_code, result.stdout) == (1, "1 drafted, 1 failed\n")
    assert "cup_01.png: The file" in result.stderr
    assert "2 of 2: cup_02 copy.png: drafted" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_drafting_after_the_images_in_work(
    run, photos, store, compact_weights, monkeypatch, number
):
    for seed in range(3, 7):
        (photos / f"cup_0{seed}.png").write_bytes(png(disc(seed)[0]))
    run("ingest", photos)
    told = []

    def press_at_the_first(text):
        told.append(text)
        if len(told) == 1:
            press(number)

    monkeypatch.setattr("studio.commands.terminal.note", press_at_the_first)
    assert run("draft").exit_code == 130
    counts = gallery.count_by_state(store)
    assert counts[ImageState.DRAFTING] == 0
    assert counts[ImageState.READY] + counts[ImageState.WAITING] == 6
    assert 1 <= counts[ImageState.READY] <= 3  # those that were in work


def test_draft_without_a_usable_model_spoils_no_image(run, store, compact_weights):
    take_in(store, [IncomingFile("cup.png", png(disc()[0]))], by="keiko", limits=ImageLimits())
    compact_weights.unlink()
    result = run("draft")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: no weights named 'compact'")
    assert gallery.count_by_state(store)[ImageState.WAITING] == 1


def test_draft_has_nothing_to_do_when_nothing_waits(run, store):
    result = run("draft")
    assert (result.exit_code, result.stdout) == (0, "0 drafted, 0 failed\n")
