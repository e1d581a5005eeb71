import json
import zipfile

import pytest
from approved_discs import approve_disc, disc, png

from annotation_store import gallery
from annotation_store.exports.export_sets import list_exports
from annotation_store.projects import create_project


def names_in(path):
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_export_writes_cutouts_alphas_and_trimaps(run, store, tmp_path):
    approve_disc(store, "cup.png", 1)
    result = run("export", "out.zip", "--name", "Spring")
    assert (result.exit_code, result.stdout) == (
        0,
        "1 image in 4 files written to out.zip (export 1, “Spring”)\n",
    )
    assert names_in(tmp_path / "out.zip") == {"cutout/cup.png", "alpha/cup.png", "trimap/cup.png", "manifest.json"}


def test_export_writes_the_formats_that_are_asked_for(run, store, tmp_path):
    approve_disc(store, "cup.png", 1)
    result = run("export", "out.zip", "--format", "trimap", "--format", "alpha", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "export": 1,
        "name": list_exports(store)[0].name,
        "out": "out.zip",
        "images": 1,
        "files": 3,
        "kept": 0,
        "as_before": None,
    }
    assert names_in(tmp_path / "out.zip") == {"trimap/cup.png", "alpha/cup.png", "manifest.json"}


def test_export_again_is_the_same_whatever_was_approved_since(run, store, tmp_path):
    approve_disc(store, "cup.png", 1)
    assert run("export", "first.zip", "--format", "alpha").exit_code == 0
    approve_disc(store, "scarf.png", 2)
    assert run("export", "second.zip", "--again", "1").exit_code == 0
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_export_new_leaves_out_what_has_left(run, store, tmp_path):
    approve_disc(store, "cup.png", 1)
    assert run("export", "first.zip", "--format", "alpha").exit_code == 0
    approve_disc(store, "scarf.png", 2)
    assert run("export", "second.zip", "--format", "alpha", "--new").exit_code == 0
    assert names_in(tmp_path / "second.zip") == {"alpha/scarf.png", "manifest.json"}
    assert run("export", "third.zip", "--new").exit_code == 1
    assert not (tmp_path / "third.zip").exists()


def test_what_comes_out_otherwise_than_before_is_a_status_of_its_own(run, store, monkeypatch):
    approve_disc(store, "cup.png", 1)
    assert run("export", "first.zip", "--format", "trimap").exit_code == 0
    monkeypatch.setattr("annotation_store.exports.trimap_png.encode_trimap", lambda trimap: b"of another version")
    result = run("export", "second.zip", "--again", "1")
    assert result.exit_code == 3
    assert "export 1 is not what it was" in result.stderr


def test_export_lists_what_there_is(run, store):
    approve_disc(store, "cup.png", 1)
    assert run("export", "first.zip", "--format", "alpha", "--name", "Spring").exit_code == 0
    (told,) = json.loads(run("export", "--list", "--json").stdout)
    assert (told["number"], told["name"], told["images"], told["formats"]) == (1, "Spring", 1, ["alpha"])
    assert told["written"] is True
    assert "Spring" in run("export", "--list").stdout


def test_a_place_that_cannot_be_uses_nothing_up(run, store):
    approve_disc(store, "cup.png", 1)
    assert "no folder nowhere" in run("export", "nowhere/out.zip", "--new").stderr
    assert list_exports(store) == ()
    assert run("export", "out.zip", "--new").exit_code == 0


def test_what_broke_off_is_told_with_its_number(run, store):
    approve_disc(store, "cup.png", 1)
    store.blobs.path(gallery.get_image(store, 1).photo_blob).write_bytes(b"damaged")
    result = run("export", "out.zip")
    assert result.exit_code == 1
    assert "export 1 is frozen: `export OUT --again 1` writes it" in result.stderr


def test_export_of_nothing_leaves_the_old_zip_and_says_so(run, store, tmp_path):
    (tmp_path / "out.zip").write_bytes(b"old")
    result = run("export", "out.zip")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: There is nothing to export: approve")
    assert (tmp_path / "out.zip").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.zip", "studio-data"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say where to"),
        (("out.zip", "--format", "gif"), "no format 'gif'"),
        (("out.zip", "--preset", "Nowhere"), "no preset “Nowhere”"),
        (("out.zip", "--project", "Nowhere"), "no project “Nowhere”"),
        (("out.zip", "--bits", "12"), "8 or 16 bits"),
        (("out.zip", "--ground", "missing.jpg"), "missing.jpg"),
        (("out.zip", "--again", "7"), "no export number 7"),
        (("out.zip", "--again", "7", "--format", "psd", "--bits", "16"), "leave --format and --bits out"),
    ],
)
def test_what_cannot_be_is_an_error_in_words(run, store, tmp_path, arguments, words):
    approve_disc(store, "cup.png", 1)
    result = run("export", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert words in result.stderr
    assert not (tmp_path / "out.zip").exists()


def test_a_project_or_a_photo_behind_it_can_be_named(run, store, tmp_path):
    approve_disc(store, "cup.png", 1)
    create_project(store, "Glass", by="keiko")
    assert "nothing to export" in run("export", "out.zip", "--project", "glass").stderr
    (tmp_path / "sea.png").write_bytes(png(disc(5)[0]))
    assert run("export", "out.zip", "--format", "alpha", "--ground", "sea.png").exit_code == 0
    ground = list_exports(store)[0].options["ground"]
    assert store.blobs.get(ground) == (tmp_path / "sea.png").read_bytes()
