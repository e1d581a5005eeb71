import json

import pytest
from approved_discs import disc, png

from annotation_store.gallery import list_images
from annotation_store.projects import create_project
from studio import steady_files, watch_folder
from studio.watch_folder import one_at_a_time


@pytest.fixture(autouse=True)
def _settled_at_once(monkeypatch):
    monkeypatch.setattr(steady_files, "SETTLED", 0.0)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "incoming"
    made.mkdir()
    (made / "cup_1.png").write_bytes(png(disc(1)[0]))
    return made


def test_what_is_there_is_taken_in_once(run, store, folder):
    result = run("watch", folder, "--once")
    assert (result.exit_code, result.stdout) == (0, "taken in: cup_1.png (image 1)\n")
    assert (folder / "taken-in" / "cup_1.png").is_file()
    assert [image.created_by for image in list_images(store)] == ["keiko"]
    assert run("watch", folder, "--once").stdout == ""


def test_a_project_can_be_named_and_scripts_read_json(run, store, folder):
    shoes = create_project(store, "Shoes", by="ren").id
    (folder / "letter.txt").write_text("Dear studio")
    result = run("watch", folder, "--project", "shoes", "--once", "--json")
    assert result.exit_code == 1
    one, two = map(json.loads, result.stdout.splitlines())
    assert one == {"file": "cup_1.png", "outcome": "taken in", "image": 1, "reason": None}
    assert (two["file"], two["outcome"], two["image"]) == ("letter.txt", "rejected", None)
    assert [image.project_id for image in list_images(store)] == [shoes]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("none",), "there is no folder none"),
        (("incoming", "--project", "Hats"), "There is no project “Hats”"),
        (("studio-data",), "the studio keeps its own files there"),
        (("incoming", "--seconds", "0"), "0.5"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(run, store, folder, arguments, reason):
    result = run("watch", *arguments, "--once")
    assert result.exit_code in (1, 2)
    assert reason in result.stderr
    assert list_images(store) == ()


def test_a_folder_that_is_watched_already_is_refused(run, store, folder):
    with one_at_a_time(store, folder):
        result = run("watch", folder, "--once")
    assert result.exit_code == 1
    assert "is watched already" in result.stderr
    assert watch_folder.WATCHER not in {image.created_by for image in list_images(store)}
