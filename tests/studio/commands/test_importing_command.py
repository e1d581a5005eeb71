import json

import pytest
from approved_discs import disc, png

from annotation_store import gallery
from annotation_store.projects import create_project
from annotation_store.states import ImageState
from matting_core.image_io import encode_alpha, encode_trimap


@pytest.fixture
def pairs(tmp_path):
    """Two photos, one with an alpha and one with a trimap alone, and what is none."""
    folder = tmp_path / "pairs"
    for kind in ("image", "alpha", "trimap"):
        (folder / kind).mkdir(parents=True)
    for number in (1, 2):
        (folder / "image" / f"cup_{number}.png").write_bytes(png(disc(number)[0]))
    _, trimap, alpha = disc(1)
    (folder / "alpha" / "cup_1.png").write_bytes(encode_alpha(alpha))
    (folder / "trimap" / "cup_2.png").write_bytes(encode_trimap(trimap))
    (folder / "notes.png").write_text("hello")
    return folder


def test_mattes_come_in_and_the_rest_is_told(run, pairs, store, compact_weights):
    result = run("import", pairs)
    assert result.exit_code == 0, result.output
    rejected, summary = result.stdout.splitlines()
    assert rejected.startswith("rejected: pairs/notes.png: this is a text file, not an image")
    assert summary == "2 mattes imported, 2 of them with a new photo; 0 unchanged, 1 rejected, 0 files not needed"
    assert {image.state for image in gallery.list_images(store)} == {ImageState.READY}
    again = run("import", pairs).stdout.splitlines()
    assert again[1] == "unchanged: pairs/image/cup_1.png: “cup_1.png” has this very matte already"


def test_the_report_as_json(run, pairs, store):
    (pairs / "trimap" / "cup_2.png").unlink()
    result = run("import", pairs, "--json", "--approve")
    report = json.loads(result.stdout)
    (image,) = gallery.list_images(store)
    assert report["imported"] == [
        {
            "file": "pairs/image/cup_1.png",
            "image": image.id,
            "name": "cup_1.png",
            "state": "approved",
            "revision": 1,
            "new_photo": True,
            "notes": [],
        }
    ]
    assert [each["file"] for each in report["rejected"]] == ["pairs/image/cup_2.png", "pairs/notes.png"]


def test_into_a_project_of_that_name(run, pairs, store):
    project = create_project(store, "Shoes", by="keiko")
    assert run("import", pairs / "alpha", pairs / "image", "--project", "shoes").exit_code == 0
    assert {image.project_id for image in gallery.list_images(store)} == {project.id}
    assert run("import", pairs, "--project", "Hats").exit_code == 1


def test_nothing_but_rejections_is_a_failure(run, pairs, tmp_path):
    result = run("import", pairs / "notes.png", tmp_path / "missing.zip", tmp_path / "missing.tar")
    assert result.exit_code == 1
    assert result.stdout.count("the file cannot be read: there is no such file") == 2
