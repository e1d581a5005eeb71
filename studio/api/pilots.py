"""Pilots: small trials that tell what drafts are worth, and their reports."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi import Request as HttpRequest
from pydantic import BaseModel, Field

from annotation_store.errors import NotFoundError
from annotation_store.money.rate_card import current_card
from annotation_store.people.roles import Ability
from annotation_store.pilots import choosing, pilots
from annotation_store.pilots.pilot_progress import progress_of
from annotation_store.records import PilotRecord
from annotation_store.states import PilotState
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.downloads import attachment
from studio.api.media import Csv, Html, Pdf
from studio.i18n import Words
from studio.reports.pilot_files import PilotFile, kept_report, pilot_file
from studio.sign_in.visitor import Visitor
from studio.studio import Studio

router = APIRouter(prefix="/pilots", tags=["pilots"])

PilotId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
NO_PILOT = "There is no pilot {}: reload the list."


class PilotIn(Request):
    """images: these photos; null for `photos` of them by lot, of all or of those with `tag`. blank_share: of the
    photos, that people begin without a draft."""

    project: Number
    name: str = Field(min_length=1, max_length=pilots.MAX_NAME)
    images: list[Number] | None = Field(None, max_length=pilots.MOST_IMAGES)
    photos: int = Field(40, ge=1, le=pilots.MOST_IMAGES)
    tag: str | None = Field(None, max_length=200)
    blank_share: float = Field(1 / 3, gt=0, lt=1)


class PilotOut(BaseModel):
    """A pilot. approved, images: how far it is."""

    id: int
    project: int
    name: str
    state: PilotState
    blank_share: float
    images: int
    approved: int
    created_at: datetime
    created_by: str
    ended_at: datetime | None

    @staticmethod
    def of(store: Store, pilot: PilotRecord) -> "PilotOut":
        progress = progress_of(store, pilot.id)
        return PilotOut(
            id=pilot.id,
            project=pilot.project_id,
            name=pilot.name,
            state=pilot.state,
            blank_share=pilot.blank_share,
            images=progress.images,
            approved=progress.approved,
            created_at=pilot.created_at,
            created_by=pilot.created_by,
            ended_at=pilot.ended_at,
        )


class PilotsOut(BaseModel):
    """The newest first."""

    pilots: list[PilotOut]


@router.get("")
@needs(Ability.LEAD)
def list_pilots(studio: StudioDep, visitor: VisitorDep) -> PilotsOut:
    """All pilots of the person's projects."""
    found = pilots.list_pilots(studio.store, project_ids=visitor.projects)
    return PilotsOut(pilots=[PilotOut.of(studio.store, pilot) for pilot in found])


@router.post("", status_code=201)
@needs(Ability.LEAD)
def begin_pilot(wanted: PilotIn, studio: StudioDep, visitor: VisitorDep) -> PilotOut:
    """Deal photos out by lot; the queue hands them out from now on."""
    if not visitor.sees(wanted.project):
        raise NotFoundError(f"There is no project {wanted.project}: reload the list.")
    store = studio.store
    images = wanted.images
    if images is None:
        able = choosing.candidates(store, wanted.project, tag=wanted.tag)
        images = list(choosing.propose(able, wanted.photos))
    begun = pilots.begin_pilot(
        store,
        wanted.project,
        name=wanted.name,
        image_ids=images,
        blank_share=wanted.blank_share,
        by=visitor.name,
    )
    return PilotOut.of(store, begun)


@router.get("/{pilot_id}")
@needs(Ability.LEAD)
def read_pilot(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep) -> PilotOut:
    """One pilot, and how far it is."""
    return PilotOut.of(studio.store, _theirs(studio.store, pilot_id, visitor))


@router.post("/{pilot_id}/finish")
@needs(Ability.LEAD)
def finish_pilot(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep) -> PilotOut:
    """End it, and keep its report."""
    store = studio.store
    _theirs(store, pilot_id, visitor)
    idle = studio.settings.idle_seconds
    ended = pilots.finish_pilot(store, pilot_id, by=visitor.name, card=current_card(store), idle_seconds=idle)
    return PilotOut.of(store, ended)


@router.post("/{pilot_id}/call-off")
@needs(Ability.LEAD)
def call_off_pilot(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep) -> PilotOut:
    """End it without a report; untouched photos have their drafts back."""
    _theirs(studio.store, pilot_id, visitor)
    return PilotOut.of(studio.store, pilots.call_off_pilot(studio.store, pilot_id, by=visitor.name))


@router.get("/{pilot_id}/report")
@needs(Ability.LEAD)
def read_report(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep) -> dict[str, Any]:
    """All figures of a finished pilot; a conflict while it runs."""
    _theirs(studio.store, pilot_id, visitor)
    return kept_report(studio.store, pilot_id).as_json()


@router.get("/{pilot_id}/report.html", response_class=Html)
@needs(Ability.LEAD)
def download_report_html(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep, request: HttpRequest) -> Response:
    """The report as one HTML file, in the language that the request asks for."""
    return Html(*_file(PilotFile.HTML, pilot_id, studio, visitor, request))


@router.get("/{pilot_id}/report.pdf", response_class=Pdf)
@needs(Ability.LEAD)
def download_report_pdf(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep, request: HttpRequest) -> Response:
    """The report as PDF, in the language that the request asks for."""
    return Pdf(*_file(PilotFile.PDF, pilot_id, studio, visitor, request))


@router.get("/{pilot_id}/report.csv", response_class=Csv)
@needs(Ability.LEAD)
def download_report_csv(pilot_id: PilotId, studio: StudioDep, visitor: VisitorDep, request: HttpRequest) -> Response:
    """Every photo of the pilot as a sheet, its head in the language that the request asks for."""
    return Csv(*_file(PilotFile.CSV, pilot_id, studio, visitor, request))


def _file(
    form: PilotFile, pilot_id: int, studio: Studio, visitor: Visitor, request: HttpRequest
) -> tuple[bytes, int, dict[str, str]]:
    """Content, status and headers."""
    pilot = _theirs(studio.store, pilot_id, visitor)
    language = Words.in_language(request.headers.get("accept-language", "")).language
    data = pilot_file(studio.store, pilot.id, form, language=language, zone=studio.settings.zone)
    return data, 200, attachment(f"pilot-{pilot.id}.{form.value}")


def _theirs(store: Store, pilot_id: int, visitor: Visitor) -> PilotRecord:
    """The pilot, or NotFoundError, as well if it is none of the person's projects'."""
    pilot = pilots.get_pilot(store, pilot_id)
    if not visitor.sees(pilot.project_id):
        raise NotFoundError(NO_PILOT.format(pilot_id))
    return pilot
