"""The projects of a person, and how each is worked on."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from annotation_store.kinds import LearningPolicy, QueuePolicy
from annotation_store.people.roles import Ability
from annotation_store.records import ProjectRecord
from studio.api.authorisation import needs
from studio.api.dependencies import StudioDep, VisitorDep
from studio.api.paging import USUAL, After, Limit, PagerDep
from studio.visible_projects import visible_projects

router = APIRouter(tags=["projects"])


class ProjectDetailsOut(BaseModel):
    """tag: what is in its photos. four_eyes: nobody approves what they submitted. bulk_confidence: drafts from here on
    may be approved together; None if none may. learning: what becomes of a better candidate."""

    id: int
    name: str
    tag: str
    policy: QueuePolicy
    four_eyes: bool
    bulk_confidence: float | None
    learning: LearningPolicy
    created_at: datetime

    @staticmethod
    def of(project: ProjectRecord) -> "ProjectDetailsOut":
        return ProjectDetailsOut.model_validate(project, from_attributes=True)


class ProjectsOut(BaseModel):
    """Oldest first. after: ask with it for the next page; None at the end."""

    projects: list[ProjectDetailsOut]
    after: int | None


@router.get("/projects")
@needs(Ability.LOOK)
def list_projects(
    studio: StudioDep, visitor: VisitorDep, pager: PagerDep, after: After = None, limit: Limit = USUAL
) -> ProjectsOut:
    """The open projects that the person belongs to."""
    mine = sorted(visible_projects(studio.store, visitor), key=lambda project: project.id)
    found = [project for project in mine if after is None or project.id > after]
    page, following = pager.cut(found, limit, by="after", place=lambda project: project.id)
    return ProjectsOut(projects=[ProjectDetailsOut.of(project) for project in page], after=following)
