"""How long people are at images, as their desks tell it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from annotation_store.insights.working_time import LONGEST_AGO, MOST_SPANS, Ago, record_work
from annotation_store.kinds import WorkPurpose
from annotation_store.people.roles import Ability
from studio.api.authorisation import needs, require
from studio.api.contracts import Request
from studio.api.dependencies import ImageId, StudioDep, VisitorDep

router = APIRouter(tags=["working time"])

SecondsAgo = Annotated[float, Field(ge=0, le=LONGEST_AGO, allow_inf_nan=False)]


class SpanIn(Request):
    """Somebody was at the image: from when to when, in seconds before now, since the clocks of browsers differ."""

    began_ago: SecondsAgo
    ended_ago: SecondsAgo


class WorkIn(Request):
    purpose: WorkPurpose
    spans: list[SpanIn] = Field(min_length=1, max_length=MOST_SPANS)


@router.post("/images/{image_id}/work", status_code=204)
@needs(Ability.CORRECT)
def tell_work(image_id: ImageId, body: WorkIn, studio: StudioDep, visitor: VisitorDep) -> None:
    """Tell that the person has been at the image. A moment counts once, however often it is told.

    A review is told by reviewers only: when others look at what is finished, that is no part of its cost.
    """
    if body.purpose is WorkPurpose.REVIEW:
        require(visitor, Ability.REVIEW)
    spans = [Ago(span.began_ago, span.ended_ago) for span in body.spans]
    record_work(studio.store, image_id, spans, purpose=body.purpose, by=visitor.name)
