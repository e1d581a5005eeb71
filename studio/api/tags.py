"""Tags: words by which people find images."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from annotation_store import tags
from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, ImageId, PersonDep, StudioDep, VisitorDep
from studio.visible_projects import chosen_ids

router = APIRouter(tags=["tags"])


class TagsIn(Request):
    """All that the image is to have."""

    tags: Annotated[list[str], Field(max_length=tags.MOST_TAGS)]


class TagsOut(BaseModel):
    tags: list[str]


class TagCountOut(BaseModel):
    """images: how many have it."""

    tag: str
    images: int


@router.get("/tags")
@needs(Ability.LOOK)
def read_tags(
    studio: StudioDep,
    visitor: VisitorDep,
    project: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> list[TagCountOut]:
    """All tags of images in the person's projects, or in one of them, by name."""
    found = tags.list_tags(studio.store, project_ids=chosen_ids(visitor, project))
    return [TagCountOut(tag=each.tag, images=each.images) for each in found]


@router.post("/images/{image_id}/tags")
@needs(Ability.CORRECT)
def set_tags(image_id: ImageId, body: TagsIn, studio: StudioDep, person: PersonDep) -> TagsOut:
    """Let the image have these tags and no others."""
    return TagsOut(tags=list(tags.set_tags(studio.store, image_id, body.tags, by=person)))
