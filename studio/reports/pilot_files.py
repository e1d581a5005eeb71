"""A pilot's report as a file: one page of verdict and all it rests on as HTML or PDF, every photo as CSV."""

from datetime import tzinfo
from enum import StrEnum

from annotation_store.errors import InvalidTransitionError
from annotation_store.pilots.pilot_report import PilotReport
from annotation_store.pilots.pilots import get_pilot
from annotation_store.states import PilotState
from annotation_store.store import Store
from studio.reports.html_document import html_document
from studio.reports.pilot_document import pilot_document
from studio.reports.pilot_pictures import case_pictures
from studio.reports.pilot_tables import photos_table
from studio.tables import table_csv


class PilotFile(StrEnum):
    """By its suffix."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"


def kept_report(store: Store, pilot_id: int) -> PilotReport:
    """The report of a finished pilot. Raises NotFoundError, and InvalidTransitionError while it runs: whoever looks at
    figures on the way is tempted to stop on a lucky day, and then no range holds."""
    pilot = get_pilot(store, pilot_id)
    if pilot.report is None:
        if pilot.state is PilotState.RUNNING:
            raise InvalidTransitionError(f"“{pilot.name}” is still running: finish it, then it has a report.")
        raise InvalidTransitionError(f"“{pilot.name}” was called off and has no report.")
    return PilotReport.from_json(pilot.report)


def pilot_file(store: Store, pilot_id: int, form: PilotFile, *, language: str, zone: tzinfo | None) -> bytes:
    """Raises as `kept_report` does."""
    report = kept_report(store, pilot_id)
    if form is PilotFile.CSV:
        return table_csv(photos_table(report, language=language))
    document = pilot_document(
        report,
        language=language,
        zone=zone,
        pictures=lambda image_id: case_pictures(store, image_id, language=language),
    )
    if form is PilotFile.HTML:
        return html_document(document)
    from studio.reports.pdf_document import pdf_document  # ReportLab, for those who print

    return pdf_document(document)
