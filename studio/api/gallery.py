"""Looking through the images: a page of them at a time, and how many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from annotation_store import gallery
from annotation_store.people.roles import Ability
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.tags import tags_by_image
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.paging import USUAL, Before, Limit, PagerDep
from studio.visible_projects import chosen_ids

router = APIRouter(tags=["gallery"])

ProjectId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class CardOut(BaseModel):
    """An image as a list shows it. subject: shots of one thing share it, often a product id."""

    id: int
    name: str
    project: int
    subject: str
    tags: list[str]
    state: ImageState
    width: int
    height: int
    flagged: bool
    assigned_to: str | None
    updated_at: datetime

    @staticmethod
    def of(image: ImageRecord, tags: Sequence[str]) -> "CardOut":
        return CardOut(
            id=image.id,
            name=image.name,
            project=image.project_id,
            subject=image.product_group,
            tags=list(tags),
            state=image.state,
            width=image.width,
            height=image.height,
            flagged=image.flagged,
            assigned_to=image.assigned_to,
            updated_at=image.updated_at,
        )


class PageOut(BaseModel):
    """Newest first. before: ask with it for the next page; None at the end."""

    images: list[CardOut]
    before: int | None


@router.get("/images")
@needs(Ability.LOOK)
def read_images(
    studio: StudioDep,
    visitor: VisitorDep,
    pager: PagerDep,
    project: ProjectId = None,
    state: Annotated[list[ImageState] | None, Query()] = None,
    flagged: bool | None = None,
    tag: Annotated[str | None, Query(max_length=200)] = None,
    search: Annotated[str, Query(max_length=200)] = "",
    before: Before = None,
    limit: Limit = USUAL,
) -> PageOut:
    """The images of the person's projects, or of one of them, that arrived before image `before`.

    search: in their names, subjects and tags. tag: one that they have.
    """
    found = gallery.list_images(
        studio.store,
        project_ids=chosen_ids(visitor, project),
        states=state,
        flagged=flagged,
        tag=tag,
        search=search.strip(),
        before=before,
        limit=limit + 1,
    )
    page, following = pager.cut(found, limit, by="before", place=lambda image: image.id)
    tags = tags_by_image(studio.store, [image.id for image in page])
    return PageOut(images=[CardOut.of(image, tags.get(image.id, ())) for image in page], before=following)


@router.get("/counts")
@needs(Ability.LOOK)
def read_counts(studio: StudioDep, visitor: VisitorDep, project: ProjectId = None) -> dict[ImageState, int]:
    """How many images are in each state, zeros included."""
    return dict(gallery.count_by_state(studio.store, project_ids=chosen_ids(visitor, project)))
