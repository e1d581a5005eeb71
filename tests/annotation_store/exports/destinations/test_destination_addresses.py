import stat
import zipfile

import pytest

from annotation_store.errors import InvalidExportError
from annotation_store.exports.destinations.addresses import destination_for
from annotation_store.exports.destinations.ledger import LEDGER


def write(where, files, *, fail=False):
    with destination_for(str(where)) as destination:
        destination.begin("mark")
        try:
            for path, data in files.items():
                destination.put(path, data)
            if fail:
                raise KeyboardInterrupt
        except BaseException:
            destination.give_up()
            raise
        destination.finish()


def test_a_name_that_ends_in_zip_is_a_zip(tmp_path):
    write(tmp_path / "out.ZIP", {"a": b"1"})
    with zipfile.ZipFile(tmp_path / "out.ZIP") as archive:
        assert archive.read("a") == b"1"
    assert stat.S_IMODE((tmp_path / "out.ZIP").stat().st_mode) & 0o044


def test_an_address_is_an_object_store(tmp_path):
    (tmp_path / "store").mkdir()
    write((tmp_path / "store").as_uri(), {"a": b"1"})
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == [LEDGER, "a"]


def test_anything_else_is_a_folder(tmp_path):
    write(tmp_path / "out.d", {"a/b": b"1"})
    assert (tmp_path / "out.d" / "a" / "b").read_bytes() == b"1"


def test_a_zip_that_was_broken_off_leaves_the_old_one_and_no_trace(tmp_path):
    write(tmp_path / "out.zip", {"a": b"1"})
    before = (tmp_path / "out.zip").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out.zip", {"a": b"2"}, fail=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_a_folder_that_was_broken_off_can_be_gone_on_with(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out", {"a": b"1"}, fail=True)
    with destination_for(str(tmp_path / "out")) as destination:
        assert list(destination.begin("mark")) == ["a"]


def test_a_zip_has_to_lie_in_a_folder(tmp_path):
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(InvalidExportError, match="is a folder"):
        write(tmp_path / "folder.zip", {})
    with pytest.raises(InvalidExportError, match="create it"):
        write(tmp_path / "none" / "out.zip", {})
