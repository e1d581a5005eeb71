import os
from datetime import UTC, datetime

import pytest

from studio.guidelines import GUIDELINES_FILE, MOST_BYTES, Guidelines, UnreadableGuidelinesError, read_guidelines


@pytest.fixture
def file(tmp_path):
    return tmp_path / GUIDELINES_FILE


def test_a_folder_without_guidelines_has_an_empty_text(tmp_path):
    assert read_guidelines(tmp_path) == Guidelines("", None)


def test_guidelines_are_told_with_the_moment_of_their_last_change(tmp_path, file):
    moment = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    file.write_text("# 基準\n\n- soft edges", encoding="utf-8")
    os.utime(file, (moment.timestamp(), moment.timestamp()))
    assert read_guidelines(tmp_path) == Guidelines("# 基準\n\n- soft edges", moment)


def test_what_windows_editors_add_is_taken_off(tmp_path, file):
    file.write_bytes("\ufeffone\r\ntwo\r\n".encode())
    assert read_guidelines(tmp_path).text == "one\ntwo\n"


def test_a_change_shows_at_the_next_reading(tmp_path, file):
    file.write_text("one")
    read_guidelines(tmp_path)
    file.write_text("two")
    assert read_guidelines(tmp_path).text == "two"


def test_guidelines_that_are_too_long_are_refused(tmp_path, file):
    file.write_bytes(b"x" * MOST_BYTES)
    assert len(read_guidelines(tmp_path).text) == MOST_BYTES
    file.write_bytes(b"x" * (MOST_BYTES + 1))
    with pytest.raises(UnreadableGuidelinesError, match="more than 200 KB: shorten them"):
        read_guidelines(tmp_path)


def test_another_encoding_is_named(tmp_path, file):
    file.write_bytes("基準".encode("shift_jis"))
    with pytest.raises(UnreadableGuidelinesError, match="save them as UTF-8"):
        read_guidelines(tmp_path)


def test_what_is_no_file_is_named(tmp_path, file):
    file.mkdir()
    with pytest.raises(UnreadableGuidelinesError, match="cannot be read"):
        read_guidelines(tmp_path)
