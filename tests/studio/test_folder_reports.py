import csv
import io

import pytest

from studio.folder_reports import HEADER, REPORT, FolderReport, ReportLine, harmless


def rows(folder):
    text = (folder / REPORT).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_report_begins_with_a_header_and_gets_a_line_each(tmp_path):
    FolderReport(tmp_path).add(ReportLine("靴.jpg", "taken in", 7))
    FolderReport(tmp_path).add(ReportLine('a, "b".jpg', "rejected", reason="two\nlines"))
    header, one, two = rows(tmp_path)
    assert tuple(header) == HEADER
    assert one[0].endswith("+00:00")
    assert one[1:] == ["靴.jpg", "taken in", "7", ""]
    assert two[1:] == ['a, "b".jpg', "rejected", "", "two\nlines"]
    assert (tmp_path / REPORT).read_bytes().count(b"\xef\xbb\xbf") == 1


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_name_of_a_file_becomes_a_formula(tmp_path, name):
    FolderReport(tmp_path).add(ReportLine(name, "rejected", reason=name))
    assert rows(tmp_path)[1][1] == f"'{name}"
    assert rows(tmp_path)[1][4] == f"'{name}"
    assert harmless("shoe-1=2.jpg") == "shoe-1=2.jpg"


def test_lines_wait_while_the_report_cannot_be_written(tmp_path):
    report = FolderReport(tmp_path)
    (tmp_path / REPORT).mkdir()
    report.add(ReportLine("a.jpg", "taken in", 1))
    (tmp_path / REPORT).rmdir()
    report.add(ReportLine("b.jpg", "taken in", 2))
    assert [row[1] for row in rows(tmp_path)[1:]] == ["a.jpg", "b.jpg"]
