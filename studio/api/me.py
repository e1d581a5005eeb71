"""Who the person is, and what they may do: for the bar of the pages and for the desk."""

from fastapi import APIRouter
from pydantic import BaseModel

from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.dependencies import StudioDep, VisitorDep
from studio.visible_projects import visible_projects

router = APIRouter(tags=["me"])


class ProjectOut(BaseModel):
    id: int
    name: str


class MeOut(BaseModel):
    """has_account: False for the one local user of a studio without accounts. projects: the open ones, by name."""

    name: str
    display_name: str
    has_account: bool
    abilities: list[Ability]
    projects: list[ProjectOut]


@router.get("/me")
@needs(Ability.LOOK)
def read_me(studio: StudioDep, visitor: VisitorDep) -> MeOut:
    """Whoever asks."""
    return MeOut(
        name=visitor.name,
        display_name=visitor.display_name,
        has_account=visitor.person_id is not None,
        abilities=[ability for ability in Ability if visitor.may(ability)],
        projects=[ProjectOut(id=project.id, name=project.name) for project in visible_projects(studio.store, visitor)],
    )
