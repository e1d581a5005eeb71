"""What became of the files that were just dropped: good, known already, or refused with a reason each."""

from annotation_store.intake import IntakeReport
from studio.i18n import Words
from studio.pages.fragments import notice

MOST_LINES = 50


def intake_report(report: IntakeReport, words: Words) -> str:
    """HTML: one line for what came in, one for duplicates, one for each refused file."""
    parts = []
    if report.accepted:
        parts.append(notice("good", [words("taken_in", count=len(report.accepted))], testid="intake-accepted"))
    if report.duplicates:
        names = ", ".join(f"{file.name} (= {file.image.name})" for file in report.duplicates[:MOST_LINES])
        line = words("duplicates", count=len(report.duplicates), names=names)
        parts.append(notice("plain", [line], testid="intake-duplicates"))
    if report.rejected:
        lines = [words("rejected", count=len(report.rejected))]
        lines += [f"{file.name}: {file.reason}" for file in report.rejected[:MOST_LINES]]
        if len(report.rejected) > MOST_LINES:
            lines.append(words("and_more", count=len(report.rejected) - MOST_LINES))
        parts.append(notice("bad", lines, testid="intake-rejected"))
    if not parts:
        parts.append(notice("plain", [words("nothing_found")], testid="intake-nothing"))
    return "".join(parts)
