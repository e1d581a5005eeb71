"""A whole export that is broken off and gone on with, in a folder."""

import pytest

from annotation_store.exports import webdataset
from annotation_store.exports.destinations.folder import FolderDestination
from annotation_store.exports.destinations.ledger import LEDGER
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.exports.exporting import carry_out

pytestmark = [
    pytest.mark.usefixtures("photo_colours"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # pictures are alike on both engines
]
FORMATS = ("alpha", "training-pairs", "composition-1k", "webdataset", "imagefolder")


class BreaksOff(FolderDestination):
    """Takes so many files, then no more."""

    left = 0

    def put(self, path: str, data: bytes) -> None:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        super().put(path, data)


@pytest.fixture
def frozen(world, store, monkeypatch):
    """An export of three photos, two a shard, in every layout for training."""
    monkeypatch.setattr(webdataset, "PER_SHARD", 2)
    for image in world.draft("a.png", "b.png", "c.png"):
        world.approve(image.id)
    return freeze(store, ExportWish(), ExportOptions(formats=FORMATS), by="mika").export.id


def files_in(folder):
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != LEDGER)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_it_is_the_same_wherever_it_was_broken_off(store, frozen, tmp_path):
    whole = carry_out(store, frozen, FolderDestination(tmp_path / "whole"), by="mika")
    for left in (0, 4, 13, 22, whole.files - 1):
        folder = tmp_path / f"{left}"
        destination = BreaksOff(folder)
        destination.left = left
        with pytest.raises(KeyboardInterrupt):
            carry_out(store, frozen, destination, by="mika")
        report = carry_out(store, frozen, FolderDestination(folder), by="mika")
        assert (report.kept, report.files, report.as_before) == (left, whole.files, True)
        assert files_in(folder) == files_in(tmp_path / "whole")


def test_written_again_into_its_own_folder_nothing_but_the_manifest_is_put(store, frozen, tmp_path):
    first = carry_out(store, frozen, FolderDestination(tmp_path / "out"), by="mika")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.png")}
    again = carry_out(store, frozen, FolderDestination(tmp_path / "out"), by="mika")
    assert (again.kept, again.files, again.as_before) == (first.files - 1, first.files, True)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.png")} == before
