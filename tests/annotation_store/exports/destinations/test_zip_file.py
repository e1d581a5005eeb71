import io
import zipfile

import pytest

from annotation_store.exports.destinations.zip_file import ZipDestination


class Pipe(io.RawIOBase):
    """A target that can only be written to, like a browser's download."""

    def __init__(self):
        self.chunks = []

    def writable(self):
        return True

    def write(self, data):
        self.chunks.append(bytes(data))
        return len(data)


def filled(target, files):
    destination = ZipDestination(target)
    assert destination.begin("mark") == {}
    for path, data in files.items():
        destination.put(path, data)
    destination.finish()


def test_a_zip_can_be_streamed_to_a_target_that_cannot_seek():
    pipe = Pipe()
    files = {"alpha/a.png": b"a" * 1000, "夏/b.png": b"b"}
    filled(pipe, files)
    with zipfile.ZipFile(io.BytesIO(b"".join(pipe.chunks))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert len(pipe.chunks) > len(files)


def test_the_same_files_give_the_same_bytes():
    first, second = io.BytesIO(), io.BytesIO()
    for target in (first, second):
        filled(target, {"a": b"1", "b": b"2"})
    assert first.getvalue() == second.getvalue()


def test_more_files_than_a_plain_zip_can_count_need_zip64():
    target = io.BytesIO()
    filled(target, {f"{number}": b"" for number in range(66_000)})
    with zipfile.ZipFile(target) as archive:
        assert len(archive.namelist()) == 66_000
    assert b"PK\x06\x06" in target.getvalue()[-200:]


def test_what_was_given_up_does_not_look_whole():
    target = io.BytesIO()
    destination = ZipDestination(target)
    destination.put("a.png", b"a")
    destination.give_up()
    assert target.getvalue()
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(target)


def test_without_a_file_the_target_stays_as_it_was():
    target = io.BytesIO()
    ZipDestination(target).finish()
    assert target.getvalue() == b""
