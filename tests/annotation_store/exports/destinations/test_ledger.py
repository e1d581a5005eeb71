import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.exports.destinations.ledger import Kept, is_inside, kept_line, mark_line, read_ledger

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\\"), min_size=1).filter(
    lambda name: name not in (".", "..")
)
FILES = st.builds(
    Kept,
    path=st.lists(NAMES, min_size=1, max_size=3).map("/".join),
    sha256=st.just("ab" * 32),
    size=st.integers(0, 2**62),
    version=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(FILES))
def test_what_was_noted_is_read_again(mark, files):
    lines = (mark_line(mark) + b"".join(map(kept_line, files))).splitlines(keepends=True)
    assert list(read_ledger(lines, mark)) == files


def test_a_ledger_of_another_export_is_none():
    for lines in ([], [mark_line("other")], [mark_line("mine")[:-1]], [kept_line(Kept("a", "b", 1))]):
        assert read_ledger(lines, "mine") is None


@given(st.data())
def test_a_torn_line_tells_of_nothing(data):
    whole = kept_line(Kept("a/b.png", "ab" * 32, 12))
    torn = whole[: data.draw(st.integers(0, len(whole) - 2))]
    assert list(read_ledger([mark_line("m"), whole, torn], "m")) == [Kept("a/b.png", "ab" * 32, 12)]


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../../b", "a//b", "./a", "..\\a", "a/"])
def test_a_line_that_leads_elsewhere_is_passed_over(path):
    assert not is_inside(path)
    assert list(read_ledger([mark_line("m"), kept_line(Kept(path, "ab" * 32, 1))], "m")) == []


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b"\xff\n", b'{"path": 3, "sha256": "", "size": 1}\n', b"null\n"])
def test_a_line_of_something_else_is_passed_over(line):
    assert list(read_ledger([mark_line("m"), line], "m")) == []
