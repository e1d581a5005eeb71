"""Which file is what, told by names alone: nothing is read but tables."""

import pytest
from elsewhere import as_json

from annotation_store.imports.found_files import OUTSIDE, FoundFile
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layouts.roles import Role, role_of_folder, role_of_stem
from annotation_store.imports.sorting import sort_out
from annotation_store.incoming import RejectedFile

SHA = "0123456789abcdef" * 4


def files(*paths, tar=False, **contents):
    return [FoundFile(path, OUTSIDE, "", tar, lambda path=path: contents[path.replace(".", "_")]) for path in paths]


def told(found):
    """The bundles, each by what is in it."""
    parts = ("photo", "alpha", "trimap", "cutout", "unclear")
    return [
        {part: getattr(bundle, part).path for part in parts if getattr(bundle, part) is not None}
        for bundle in found.bundles
    ]


def reasons(found):
    return {rejection.name: rejection.reason for rejection in found.rejected}


def test_stems_are_told_apart_whatever_their_case_and_ending():
    found = sort_out(files("in/image/A.JPG", "in/alpha/a.png", "in/image/b.jpg", "in/matte/B.tif"))
    assert told(found) == [
        {"photo": "in/image/A.JPG", "alpha": "in/alpha/a.png"},
        {"photo": "in/image/b.jpg", "alpha": "in/matte/B.tif"},
    ]


def test_of_several_cutouts_the_deepest_is_taken():
    found = sort_out(files("webp/a.webp", "cutout/a.png", "tiff/a.tif", "composite/a.jpg", "fg/a.png"))
    assert told(found) == [{"cutout": "tiff/a.tif"}]
    assert found.passed_over == 4


def test_two_photos_of_one_stem_are_one_too_many():
    found = sort_out(files("image/a.jpg", "image/a.png", "alpha/a.png"))
    assert told(found) == [{"photo": "image/a.jpg", "alpha": "alpha/a.png"}]
    assert "image/a.jpg is called the same" in reasons(found)["image/a.png"]


def test_a_folder_of_photos_alone_says_nothing_of_layouts():
    found = sort_out(files("images/a.jpg", "images/a_matte.png", "images/b.png"))
    assert told(found) == [{"photo": "images/a.jpg", "alpha": "images/a_matte.png"}, {"unclear": "images/b.png"}]


def test_files_of_one_name_in_two_folders_are_of_two_photos():
    found = sort_out(files("x/a.jpg", "x/a_alpha.png", "y/a.jpg", "y/a_alpha.png"))
    assert [bundle["photo"] for bundle in told(found)] == ["x/a.jpg", "y/a.jpg"]


def test_a_file_that_is_named_twice_is_taken_once():
    found = sort_out(files("a_alpha.png", "a_alpha.png"))
    assert told(found) == [{"alpha": "a_alpha.png"}]
    assert "another file of this name" in reasons(found)["a_alpha.png"]


def test_two_alphas_of_one_photo_are_one_too_many():
    found = sort_out(files("a.jpg", "a_alpha.png", "a-matte.png"))
    assert told(found) == [{"photo": "a.jpg", "alpha": "a_alpha.png"}]
    assert "leave one of the two out" in reasons(found)["a-matte.png"]


def test_shards_are_told_by_extensions_and_only_in_tars():
    paths = ("k.jpg", "k.alpha.png", "k.trimap.png", "k.fg.png", "k.json", "k.txt")
    found = sort_out(files(*paths, tar=True, k_json=as_json({"name": "cup.jpg", "sha256": SHA})))
    assert told(found) == [{"photo": "k.jpg", "alpha": "k.alpha.png", "trimap": "k.trimap.png"}]
    (bundle,) = found.bundles
    assert (bundle.photo_name, bundle.sha256, found.passed_over) == ("cup.jpg", SHA, 3)


def test_a_tar_of_folders_is_no_shard():
    found = sort_out(files("image/a.png", "alpha/a.png", tar=True))
    assert told(found) == [{"photo": "image/a.png", "alpha": "alpha/a.png"}]


def test_rows_reach_only_what_came_along():
    table = "file_name,alpha_file_name\n../../etc/passwd,/etc/shadow\n1.png,sub/../1_a.png\n2.png,\n"
    found = sort_out(files("metadata.csv", "1.png", "1_a.png", "2.png", metadata_csv=table.encode()))
    assert told(found) == [{"photo": "1.png", "alpha": "1_a.png"}, {"unclear": "2.png"}]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("metadata.csv", b'file_name,alpha_file_name\n"1.png', "no CSV table"),
        ("metadata.csv", b"\xff\xfe", "no text in UTF-8"),
        ("metadata.jsonl", b'{"file_name": "1.png"}\n{', "line 2 of metadata.jsonl is no JSON"),
        ("metadata.jsonl", b"[1]", "is no JSON object"),
        ("manifest.json", b"[" * 100_000, "is no JSON"),
        ("manifest.json", b"[]", "is no JSON object"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_and_names_tell(name, content, words):
    found = sort_out(files(name, "1.png", "1_alpha.png", **{name.replace(".", "_"): content}))
    assert words in reasons(found)[name]
    assert told(found) == [{"photo": "1.png", "alpha": "1_alpha.png"}]


@pytest.mark.parametrize(
    "images",
    [None, 1, {}, [1], [{}], [{"name": "a", "image_sha256": "x", "files": {}}], [{"name": 1, "files": []}]],
)
def test_a_manifest_of_anything_says_nothing(images):
    content = as_json({"images": images})
    found = sort_out(files("manifest.json", "alpha/a.png", manifest_json=content))
    assert {"alpha": "alpha/a.png"} in told(found)


def test_what_was_refused_at_the_door_stays_refused():
    rejection = RejectedFile("x.zip / a", "it is a link")
    assert sort_out([rejection]).rejected == (rejection,)


def test_a_table_that_cannot_be_had_is_refused():
    def gone():
        raise UnusableMatteError("the file cannot be read: gone")

    found = sort_out([FoundFile("metadata.csv", OUTSIDE, "", False, gone)])
    assert reasons(found) == {"metadata.csv": "the file cannot be read: gone"}


@pytest.mark.parametrize(
    ("folder", "around", "role"),
    [
        ("image", "", Role.PHOTO),
        ("a/b/Alpha", "a/b", Role.ALPHA),
        ("trimap_training_lowres/Trimap1", "", Role.TRIMAP),
        ("x/trimap_training_lowres/Trimap2", "x", Role.OTHER),
        ("x/Trimap1", "x", Role.TRIMAP),
        ("x/gt_training_highres", "x", Role.ALPHA),
        ("x/holiday", "x", None),
        ("x/presets/mask", "x", Role.OTHER),
        ("Presets", "", Role.OTHER),
        ("", "", None),
    ],
)
def test_folders_tell_what_lies_in_them(folder, around, role):
    assert role_of_folder(folder) == (around, role)


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("cup_alpha", ("cup", Role.ALPHA)),
        ("cup 1.Trimap", ("cup 1", Role.TRIMAP)),
        ("cup-fg", ("cup", Role.OTHER)),
        ("alpha", ("alpha", None)),
        ("cupalpha", ("cupalpha", None)),
    ],
)
def test_stems_tell_by_how_they_end(stem, expected):
    assert role_of_stem(stem) == expected
