"""What somebody asks the figures: about which photos, of when, put together by what; and what of it they may see.

The days are those of the studio's time zone. What a browser or a script sends is never taken on trust: projects that
the person does not see are not there, and figures of single people are only those of projects that have them switched
on (`figures_by_person`), which an admin alone can do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from annotation_store.errors import NotFoundError, StoreError
from annotation_store.insights.grouping import Dimension
from annotation_store.insights.ledger import Selection
from annotation_store.learning import model_registry
from annotation_store.money.currencies import Currency
from annotation_store.records import ProjectRecord
from annotation_store.store import Store
from studio.sign_in.errors import ForbiddenError
from studio.sign_in.visitor import Visitor
from studio.visible_projects import visible_projects

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9998, 12, 31)
"""Of any period: beyond, calendars end."""


class Topic(StrEnum):
    """The four questions."""

    TIME = "time"
    QUALITY = "quality"
    MONEY = "money"
    COMPUTE = "compute"


class InvalidPeriodError(StoreError, ValueError):
    """Days between which nothing can be."""


class NoPersonsError(ForbiddenError):
    """None of the projects shows figures of single people."""

    def __init__(self) -> None:
        super().__init__(
            "Figures of single people are off here: an admin can switch them on, project by project, on the page "
            "Projects."
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """project: its number; None for all that the person sees. since, until: days, both counted; None: open. model: the
    number of the version that made the draft. by: what the figures are put together by, beside weeks. currency: of
    money; None for that of the rate card.

    Raises InvalidPeriodError.
    """

    project: int | None = None
    since: date | None = None
    until: date | None = None
    tag: str | None = None
    model: int | None = None
    by: Dimension = Dimension.TAG
    currency: Currency | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise InvalidPeriodError(f"The period ends on {self.until}, before it begins on {self.since}: change one.")
        for day in (self.since, self.until):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise InvalidPeriodError(
                    f"No period reaches to {day}: choose a day from {FIRST_DAY} to {LAST_DAY}, or leave it open."
                )


@dataclass(frozen=True, slots=True)
class Scope:
    """What `visitor` gets of what they asked. projects: those that figures are of. by_person: of them, those of which
    figures of single people are shown. models: names of all versions, by number."""

    asked: Asked
    visitor: Visitor
    projects: tuple[ProjectRecord, ...]
    models: Mapping[int, str]
    selection: Selection
    zone: tzinfo | None

    @property
    def by_person(self) -> tuple[ProjectRecord, ...]:
        return tuple(project for project in self.projects if project.figures_by_person)

    @property
    def project_ids(self) -> tuple[int, ...]:
        return tuple(project.id for project in self.projects)


def scope_of(store: Store, asked: Asked, visitor: Visitor, *, zone: tzinfo | None) -> Scope:
    """Raises NotFoundError for a project that they do not see, and for a version that there is not; NoPersonsError if
    figures by person are asked for where there are none."""
    projects = visible_projects(store, visitor)
    if asked.project is not None:
        projects = tuple(project for project in projects if project.id == asked.project)
        if not projects:
            raise NotFoundError(f"There is no project number {asked.project}: reload the list of projects.")
    models = {model.id: model.name for model in model_registry.list_models(store)}
    if asked.model is not None and asked.model not in models:
        raise NotFoundError(f"There is no model version number {asked.model}: reload the list of versions.")
    selection = Selection(
        project_ids=tuple(project.id for project in projects),
        since=None if asked.since is None else _morning(asked.since, zone),
        until=None if asked.until is None else _morning(asked.until + timedelta(days=1), zone),
        tag=asked.tag or None,
        model_version_id=asked.model,
        with_running_pilots=False,
    )
    scope = Scope(asked, visitor, projects, models, selection, zone)
    if asked.by is Dimension.PERSON and not scope.by_person:
        raise NoPersonsError
    return scope


def model_called(store: Store, name: str) -> int:
    """The number of a version. Raises NotFoundError."""
    for model in model_registry.list_models(store):
        if model.name == name:
            return model.id
    raise NotFoundError(f"There is no model version “{name}”: `GET /models` has their names.")


def _morning(day: date, zone: tzinfo | None) -> datetime:
    """Where it begins, aware; of the computer's own zone if there is none."""
    begins = datetime.combine(day, time())
    return begins.astimezone() if zone is None else begins.replace(tzinfo=zone)
