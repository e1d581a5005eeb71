import json
import stat
import zipfile

import numpy as np
import pytest

from annotation_store.kinds import Part
from annotation_store.learning import training_sets
from matting_core.arrays import UNKNOWN
from matting_core.errors import MattingError
from training.bundle.errors import BundleError
from training.bundle.reading import read_bundle
from training.foreign_json import ForeignJsonError


def refusal(path):
    with pytest.raises(MattingError) as caught, read_bundle(path):
        pass
    assert isinstance(caught.value, BundleError | ForeignJsonError)
    return str(caught.value)


def test_what_is_read_is_what_the_studio_has(store, prepared, bundle_path, shipped_weights):
    told = []
    with read_bundle(bundle_path, on_file=lambda done, count: told.append((done, count))) as bundle:
        assert bundle.manifest == prepared.manifest
        assert bundle.parent_weights() == shipped_weights
        items = training_sets.load_items(store, prepared.manifest.training_set.number)
        ours = training_sets.load_example(store, next(item for item in items if item.part is Part.TRAIN))
        theirs = bundle.example(bundle.manifest.items[0])
        for name in ("rgb", "trimap", "alpha", "draft_trimap", "believed"):
            assert np.array_equal(getattr(ours, name), getattr(theirs, name))
        assert (ours.weight, ours.learnt) == (theirs.weight, theirs.learnt)
        unknown = theirs.believed[theirs.trimap == UNKNOWN]
        assert unknown.any(), "what was painted travels along"
        assert not unknown.all()
    assert told[-1][0] == told[-1][1] == len(prepared.manifest.files())


def test_the_digest_stands_for_every_byte(bundle_path, rewritten):
    with read_bundle(bundle_path) as bundle:
        digest = bundle.digest
    with read_bundle(rewritten(lambda _members: None)) as again:
        assert again.digest == digest


def test_a_changed_byte_anywhere_is_found(bundle_path):
    with zipfile.ZipFile(bundle_path) as archive:
        names = archive.namelist()[1:]
    for name in names:
        whole = bundle_path.read_bytes()
        with zipfile.ZipFile(bundle_path) as archive:
            info = archive.getinfo(name)
        place = info.header_offset + 30 + len(name) + info.file_size // 2
        bundle_path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert "copy the bundle again" in refusal(bundle_path)
        bundle_path.write_bytes(whole)


def test_files_of_equal_length_with_sound_checksums_are_compared_with_their_names(rewritten):
    def swap(members):
        name = next(name for name in members if name.startswith("photos/"))
        members[name] = bytes(len(members[name]))

    assert "is not what it was" in refusal(rewritten(swap))


@pytest.mark.parametrize("name", ["surplus.txt", "../outside", "/etc/passwd", "photos/../x", "photos"])
def test_what_the_manifest_does_not_name_is_refused(rewritten, name):
    assert "which its manifest does not name" in refusal(rewritten(lambda members: members.update({name: b"x"})))


def test_what_is_missing_is_named(rewritten):
    assert "lacks parent.safetensors" in refusal(rewritten(lambda members: members.pop("parent.safetensors")))
    assert "holds no manifest.json" in refusal(rewritten(lambda members: members.pop("manifest.json")))


def test_compressed_members_are_refused_before_anything_is_unpacked(rewritten):
    def bomb(members):
        members["bomb"] = bytes(10_000_000)

    assert "is compressed" in refusal(rewritten(bomb, compression=zipfile.ZIP_DEFLATED))


def test_links_and_twins_are_refused(bundle_path):
    whole = bundle_path.read_bytes()
    with zipfile.ZipFile(bundle_path, "a") as archive:
        link = zipfile.ZipInfo("photos/link")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "no plain file" in refusal(bundle_path)
    bundle_path.write_bytes(whole)
    with zipfile.ZipFile(bundle_path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", b"{}")
    assert "twice" in refusal(bundle_path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.update(format="zip"), "format"),
        (lambda m: m.update(format_version=2), "format_version"),
        (lambda m: m.update(surprise=1), "surprise"),
        (lambda m: m.update(items=[]), "items"),
        (lambda m: m["items"][0].update(photo="../../etc/passwd"), "photo"),
        (lambda m: m["items"][0].update(part="validation"), "part"),
        (lambda m: m["items"][0].update(weight=float("inf")), "no JSON"),
        (lambda m: m["items"][0].update(weight=3.5), "not those of its training set"),
        (lambda m: m["training_set"].update(digest="0" * 64), "not those of its training set"),
        (lambda m: m["training_set"].update(train=7), "as many items"),
        (lambda m: m["parent"].update(name=""), "parent.name"),
        (lambda m: m["parent"].update(licence="a\0b"), "NUL"),
    ],
)
def test_a_manifest_that_says_what_none_can_is_refused(rewritten, change, reason):
    def forge(members):
        manifest = json.loads(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()

    assert reason in refusal(rewritten(forge))


@pytest.mark.parametrize("data", [b"", b"\x80\x04pickle", b"PK\x03\x04" + bytes(60), b"[" * 100_000])
def test_what_is_no_zip_is_refused(tmp_path, data):
    path = tmp_path / "odd.zip"
    path.write_bytes(data)
    assert "no training bundle" in refusal(path)


def test_a_manifest_nested_without_end_is_refused(rewritten):
    assert "no JSON" in refusal(rewritten(lambda members: members.update({"manifest.json": b"[" * 200_000})))


def test_mattes_of_another_size_than_their_photo_are_refused(store, prepared, bundle_path, monkeypatch):
    with read_bundle(bundle_path) as bundle:
        from training.bundle import reading

        monkeypatch.setattr(reading, "decode_alpha", lambda *_a, **_k: np.zeros((3, 3), np.float32))
        with pytest.raises(BundleError, match="not of its size"):
            bundle.example(bundle.manifest.items[0])
