import sys

import pytest

from studio.commands import terminal
from studio.commands.terminal import StatusLine, complain, progress_bar, table


def test_each_line_of_a_complaint_is_an_error_of_its_own(capsys):
    complain("one\ntwo")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "error: one\nerror: two\n")


def test_a_table_is_aligned_markdown():
    assert table(("Image", "SAD"), [("cup", "1.250"), ("long name", "10.000")], right=(1,)).splitlines() == [
        "| Image     |    SAD |",
        "| --------- | -----: |",
        "| cup       |  1.250 |",
        "| long name | 10.000 |",
    ]


@pytest.mark.parametrize(("share", "filled"), [(0.0, 0), (0.5, 12), (1.0, 24)])
def test_the_bar_fills_with_the_share(share, filled):
    bar = progress_bar(share, "Learning")
    assert bar.count("#") == filled
    assert len(bar) == len(progress_bar(0.25, "Learning"))
    assert bar.endswith(f"{share:.0%}  Learning")


def test_a_file_gets_a_status_line_only_now_and_then(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    with StatusLine() as line:
        for number in range(12):
            line.show(f"at {number}")
            now[0] += 1
    assert capsys.readouterr().err == "at 0\nat 10\n"


def test_a_terminal_gets_one_line_that_changes_and_vanishes(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "10")
    with StatusLine() as line:
        line.show("a text that is too long")
    assert capsys.readouterr().err == "\r\x1b[Ka text th\r\x1b[K"
