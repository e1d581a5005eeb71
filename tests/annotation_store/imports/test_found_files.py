"""Files, folders and archives at the door, each read when it is wanted."""

import errno
import tarfile
import zipfile
from pathlib import Path

import pytest
from elsewhere import tar_of, zip_of

from annotation_store.imports.found_files import find_files
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.incoming import RejectedFile
from matting_core.image_io import ImageLimits

MANY = 40
LIMITS = ImageLimits()


def open_files():
    return sum(1 for _ in Path("/dev/fd").iterdir())


def test_of_many_zips_few_are_open_at_a_time(tmp_path):
    for number in range(MANY):
        zip_of(tmp_path / f"{number:02}.zip", {"a.png": b"a%d" % number, "b.png": b"b%d" % number})
    before = open_files()
    with find_files([tmp_path], limits=LIMITS) as files:
        first, second = files[::2], files[1::2]
        assert [file.read() for file in first] == [b"a%d" % number for number in range(MANY)]
        assert open_files() - before < MANY / 2
        assert [file.read() for file in reversed(second)] == [b"b%d" % number for number in reversed(range(MANY))]
    assert open_files() == before


def test_a_zip_that_was_taken_away_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr("annotation_store.imports.open_zips.MOST_OPEN", 1)
    for name in ("1.zip", "2.zip"):
        zip_of(tmp_path / name, {"a.png": b"a"})
    with find_files([tmp_path], limits=LIMITS) as (first, _):
        (tmp_path / "1.zip").unlink()
        with pytest.raises(UnusableMatteError, match="No such file"):
            first.read()


@pytest.mark.parametrize(("pack", "module", "what"), [(zip_of, zipfile, "ZipFile"), (tar_of, tarfile, "open")])
def test_what_the_system_refuses_is_not_called_damaged(tmp_path, monkeypatch, pack, module, what):
    def too_many(*_args, **_more):
        raise OSError(errno.EMFILE, "Too many open files")

    archive = pack(tmp_path / ("a.zip" if pack is zip_of else "a.tar"), {"a.png": b"a"})
    monkeypatch.setattr(module, what, too_many)
    with find_files([archive], limits=LIMITS) as (rejection,):
        assert isinstance(rejection, RejectedFile)
    assert rejection.reason == ("the file cannot be read (Too many open files): have that mended, then send it again")
