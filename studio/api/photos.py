"""Photos come in, and go out again as the bytes that they came as."""

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.responses import Response

from annotation_store import gallery
from annotation_store.errors import NO_ROOM, NotFoundError, StoreFullError
from annotation_store.file_names import clean_name
from annotation_store.incoming import gather_named
from annotation_store.intake import IntakeReport, take_in
from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, ImageId, StudioDep, VisitorDep
from studio.api.gallery import CardOut
from studio.api.media import MULTIPART_OR_BYTES, Bytes
from studio.api.pictures import UNCHANGED, unchanging
from studio.sign_in.visitor import Visitor
from studio.studio import Studio
from studio.visible_projects import visible_projects

router = APIRouter(tags=["photos"])

MOST_FILES = 1000
UPLOAD = "upload"
"""What a file is called on the disk while it comes in: its own name may be one that the system takes otherwise."""


class UnclearUploadError(MattingError):
    """Photos came in without that which says what to do with them."""


class DuplicateOut(BaseModel):
    """A file whose very bytes are there already, as image number `image`."""

    name: str
    image: int


class RejectedOut(BaseModel):
    """A file that was not taken in, and why."""

    name: str
    reason: str


class IntakeOut(BaseModel):
    """What became of every file, each list in the order of arrival."""

    accepted: list[CardOut]
    duplicates: list[DuplicateOut]
    rejected: list[RejectedOut]

    @staticmethod
    def of(report: IntakeReport) -> "IntakeOut":
        return IntakeOut(
            accepted=[CardOut.of(image, ()) for image in report.accepted],
            duplicates=[DuplicateOut(name=each.name, image=each.image.id) for each in report.duplicates],
            rejected=[RejectedOut(name=each.name, reason=each.reason) for each in report.rejected],
        )


@router.post("/images", openapi_extra=MULTIPART_OR_BYTES)
@needs(Ability.LEAD)
async def upload_photos(
    request: Request,
    studio: StudioDep,
    visitor: VisitorDep,
    project: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Needed if there are several.")] = None,
    subject: Annotated[
        str, Query(max_length=200, description="What is on all of them; else their names tell them apart.")
    ] = "",
    name: Annotated[
        str, Query(max_length=200, description="Of the file, where the body is one file and nothing else.")
    ] = "",
) -> IntakeOut:
    """Take photos in: as multipart/form-data of one or more files, or the bytes of one file with its `name`.

    A zip is taken apart. A file that cannot be used is told among the rejected and keeps none of the others out.
    """
    into = await run_in_threadpool(_project_for, studio, visitor, project)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        with TemporaryDirectory(prefix="matteloop-") as folder:
            if kind == "multipart/form-data":
                async with request.form(max_files=MOST_FILES, max_fields=0) as form:
                    parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
                    files = _one_by_one(parts, Path(folder))
                    report = await run_in_threadpool(_take, studio, visitor, files, into, subject.strip())
            else:
                file = await _whole_body(request, Path(folder), name, largest=studio.settings.image_limits.max_bytes)
                report = await run_in_threadpool(_take, studio, visitor, [file], into, subject.strip())
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise StoreFullError("There is no room left for uploads: make room on the disk of temporary files.") from error
    return IntakeOut.of(report)


@router.get("/images/{image_id}/original", response_class=Bytes, responses=UNCHANGED)
@needs(Ability.LOOK)
def download_original(image_id: ImageId, request: Request, studio: StudioDep) -> Response:
    """The photo as the very bytes that came in."""
    image = gallery.get_image(studio.store, image_id)
    answer = unchanging(
        request, image.photo_blob, lambda: studio.store.blobs.get(image.photo_blob), media_type=Bytes.media_type
    )
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(image.name, safe='')}"
    return answer


def _project_for(studio: Studio, visitor: Visitor, wanted: int | None) -> int:
    """Raises NotFoundError, or UnclearUploadError if somebody has to choose."""
    mine = [each.id for each in visible_projects(studio.store, visitor)]
    if wanted is not None:
        if wanted not in mine:
            raise NotFoundError(f"There is no project number {wanted}: reload the list of projects.")
        return wanted
    if len(mine) != 1:
        raise UnclearUploadError("Say which project the photos are for: ?project=NUMBER, see /api/v1/projects.")
    return mine[0]


def _one_by_one(parts: Iterable[UploadFile], folder: Path) -> Iterator[tuple[Path, str]]:
    """Each as a file, with its name, that is gone when the next one is asked for: none takes room twice for long."""
    path = folder / UPLOAD
    for part in parts:
        with path.open("wb") as file:
            shutil.copyfileobj(part.file, file)
        yield path, _own_name(part.filename or "")
        path.unlink()


async def _whole_body(request: Request, folder: Path, name: str, *, largest: int) -> tuple[Path, str]:
    """The body as a file, and its name. Of one that is too large no more is read than it takes to know that.

    Raises UnclearUploadError without a name.
    """
    if not name.strip():
        raise UnclearUploadError("Say what the file is called: ?name=cup_1.jpg, or send multipart/form-data.")
    path, size = folder / UPLOAD, 0
    with path.open("wb") as file:
        async for piece in request.stream():
            size += len(piece)
            await asyncio.to_thread(file.write, piece)
            if size > largest:
                break
    return path, _own_name(name)


def _own_name(name: str) -> str:
    cleaned = clean_name(name)
    return cleaned if cleaned.strip(". ") else "photo"


def _take(
    studio: Studio, visitor: Visitor, files: Iterable[tuple[Path, str]], project_id: int, subject: str
) -> IntakeReport:
    try:
        return take_in(
            studio.store,
            gather_named(files, limits=studio.settings.image_limits),
            by=visitor.name,
            limits=studio.settings.image_limits,
            project_id=project_id,
            subjects=_OneSubject(subject) if subject else None,
        )
    finally:
        studio.jobs.draft()  # also what came in before the disk was full


class _OneSubject(Mapping[str, str]):
    """The same for every name."""

    def __init__(self, subject: str) -> None:
        self._subject = subject

    def __getitem__(self, name: str) -> str:
        return self._subject

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
