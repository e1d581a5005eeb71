"""Exports: freezing approved mattes, and having them again as often as one likes, streamed."""

from collections.abc import Generator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from annotation_store.errors import NotFoundError
from annotation_store.exports import export_presets, export_sets
from annotation_store.exports.destinations.zip_file import ZipDestination
from annotation_store.exports.export_options import (
    DEFAULT_FORMATS,
    LARGEST_MARGIN,
    LARGEST_SIDE,
    MAX_NAME,
    MOST_PRESETS,
    WHITE,
    Colours,
    ExportOptions,
    Preset,
    PresetFile,
)
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.exports.exporting import carry_out
from annotation_store.exports.formats import FORMATS
from annotation_store.exports.ground import keep_ground
from annotation_store.people.roles import Ability
from annotation_store.records import ExportSetRecord
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.contracts import Request as Contract
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.downloads import Download, attachment, chunks_of
from studio.api.media import PICTURE_BODY, Zip
from studio.api.paging import USUAL, Before, Limit, PagerDep
from studio.sign_in.visitor import Visitor
from studio.visible_projects import chosen_ids

router = APIRouter(prefix="/exports", tags=["exports"])

ExportId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
MOST_IMAGES = 100_000


class ExportIn(Contract):
    """Which approved images leave, and how. project: of one alone; images: these alone; tag: with this tag.

    only_new: that are in no export yet. presets: names from the table. ground: ``#rrggbb``, or what
    ``POST /exports/grounds`` answered.
    """

    name: str = Field("", max_length=export_sets.MAX_NAME)
    project: Number | None = None
    images: list[Number] | None = Field(None, max_length=MOST_IMAGES)
    tag: str | None = Field(None, max_length=200)
    only_new: bool = False
    formats: list[str] = Field(default_factory=lambda: list(DEFAULT_FORMATS), max_length=len(FORMATS))
    presets: list[str] = Field(default_factory=list, max_length=MOST_PRESETS)
    bits: Literal[8, 16] | None = None
    colours: Colours = Colours.SRGB
    longest_side: Annotated[int, Field(ge=1, le=LARGEST_SIDE)] | None = None
    ground: str = Field(WHITE, max_length=64)
    shadow: bool = False
    quality: int = Field(90, ge=1, le=100)


class PresetIn(Contract):
    """What a marketplace wishes. margin: a share of the shorter side. ground: ``#rrggbb``, null for none."""

    name: str = Field(min_length=1, max_length=MAX_NAME)
    width: int = Field(ge=1, le=LARGEST_SIDE)
    height: int = Field(ge=1, le=LARGEST_SIDE)
    margin: float = Field(0.05, ge=0, le=LARGEST_MARGIN)
    ground: str | None = Field(WHITE, max_length=7)
    file: PresetFile = PresetFile.PNG
    shadow: bool = False


class PresetsIn(Contract):
    """The whole table, in its order."""

    presets: list[PresetIn] = Field(max_length=MOST_PRESETS)


class ExportOut(BaseModel):
    """An export. written_at: when it was written as a whole for the first time."""

    id: int
    name: str
    images: int
    projects: list[int]
    options: dict[str, Any]
    created_at: datetime
    created_by: str
    written_at: datetime | None

    @staticmethod
    def of(export: ExportSetRecord) -> "ExportOut":
        return ExportOut(
            id=export.id,
            name=export.name,
            images=export.image_count,
            projects=list(export.project_ids),
            options=dict(export.options),
            created_at=export.created_at,
            created_by=export.created_by,
            written_at=export.written_at,
        )


class FrozenOut(ExportOut):
    """left_out: names of images that were asked for and are not approved."""

    left_out: list[str]


class ExportsOut(BaseModel):
    """Newest first. before: ask with it for the next page; None at the end."""

    exports: list[ExportOut]
    before: int | None


class GroundOut(BaseModel):
    """ground: what an export's ground is called that has this photo behind its composites."""

    ground: str


@router.get("")
@needs(Ability.LEAD)
def list_exports(
    studio: StudioDep,
    visitor: VisitorDep,
    pager: PagerDep,
    before: Before = None,
    limit: Limit = USUAL,
) -> ExportsOut:
    """The exports of the person's projects that are older than export `before`."""
    found = export_sets.list_exports(studio.store, project_ids=visitor.projects, before=before, limit=limit + 1)
    page, following = pager.cut(found, limit, by="before", place=lambda export: export.id)
    return ExportsOut(exports=[ExportOut.of(export) for export in page], before=following)


@router.post("", status_code=201)
@needs(Ability.LEAD)
def create_export(wanted: ExportIn, studio: StudioDep, visitor: VisitorDep) -> FrozenOut:
    """Freeze approved images of the person's projects, as they are approved now."""
    wish = ExportWish(
        project_ids=chosen_ids(visitor, wanted.project),
        image_ids=wanted.images,
        tag=wanted.tag,
        only_new=wanted.only_new,
    )
    options = ExportOptions(
        formats=tuple(wanted.formats),
        bits=wanted.bits,
        colours=wanted.colours,
        longest_side=wanted.longest_side,
        ground=wanted.ground,
        shadow=wanted.shadow,
        presets=export_presets.presets_named(studio.store, wanted.presets),
        quality=wanted.quality,
    )
    frozen = freeze(studio.store, wish, options, by=visitor.name, name=wanted.name)
    return FrozenOut(**ExportOut.of(frozen.export).model_dump(), left_out=list(frozen.left_out))


@router.get("/formats")
@needs(Ability.LEAD)
def list_formats() -> list[str]:
    """The names of all formats."""
    return list(FORMATS)


@router.get("/presets")
@needs(Ability.LEAD)
def list_presets(studio: StudioDep) -> list[Preset]:
    """What marketplaces wish, in the order of the table."""
    return list(export_presets.list_presets(studio.store))


@router.put("/presets")
@needs(Ability.LEAD)
def replace_presets(table: PresetsIn, studio: StudioDep, visitor: VisitorDep) -> list[Preset]:
    """Put these in the place of all; an empty list brings the usual ones back. The answer is the new table."""
    wanted = [export_presets.preset_from_json(each.model_dump()) for each in table.presets]
    return list(export_presets.replace_presets(studio.store, wanted, by=visitor.name))


@router.post("/grounds", status_code=201, openapi_extra=PICTURE_BODY)
@needs(Ability.LEAD)
async def put_ground(request: Request, studio: StudioDep) -> GroundOut:
    """Keep a photo to be behind composites: the body is its file. It is gone after a day unless an export has it."""
    data = await request.body()
    ground = await run_in_threadpool(keep_ground, studio.store, data, limits=studio.settings.image_limits)
    return GroundOut(ground=ground)


@router.get("/{export_id}")
@needs(Ability.LEAD)
def read_export(export_id: ExportId, studio: StudioDep, visitor: VisitorDep) -> ExportOut:
    """One export."""
    return ExportOut.of(find(studio.store, visitor, export_id))


@router.get("/{export_id}/manifest")
@needs(Ability.LEAD)
def read_manifest(export_id: ExportId, studio: StudioDep, visitor: VisitorDep) -> Response:
    """What is in it, by path and SHA-256, once it was written as a whole."""
    export = find(studio.store, visitor, export_id)
    if export.manifest_blob is None:
        raise NotFoundError(f"Export number {export_id} was not written yet: download it first.")
    return Response(studio.store.blobs.get(export.manifest_blob), media_type="application/json")


@router.get("/{export_id}/download", response_class=Zip)
@needs(Ability.LEAD)
def download_export(export_id: ExportId, studio: StudioDep, visitor: VisitorDep) -> StreamingResponse:
    """All of it as a zip, which is the same each time."""
    export = find(studio.store, visitor, export_id)
    name = f"matteloop-{export.id:04d}-{export.created_at:%Y%m%d}.zip"
    chunks = zip_chunks(studio.store, export, by=visitor.name)
    return Download(chunks, media_type="application/zip", headers=attachment(name))


def find(store: Store, visitor: Visitor, export_id: int) -> ExportSetRecord:
    """An export of the person's projects alone. Raises NotFoundError for any other, as if it were not there."""
    export = export_sets.get_export(store, export_id)
    if not all(map(visitor.sees, export.project_ids)):
        raise NotFoundError(f"There is no export number {export_id}: reload the list of exports.")
    return export


def zip_chunks(store: Store, export: ExportSetRecord, *, by: str) -> Generator[bytes, None, None]:
    return chunks_of(lambda target: carry_out(store, export.id, ZipDestination(target), by=by))
