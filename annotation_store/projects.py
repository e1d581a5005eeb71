"""Projects: photos that are worked on alike, for one customer, in one way, by certain people."""

import unicodedata
from dataclasses import dataclass, fields
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidProjectError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import LearningPolicy, QueuePolicy
from annotation_store.records import ProjectRecord
from annotation_store.store import Store

FIRST_PROJECT = 1
"""The one that every store begins with."""

MAX_NAME = 80
MAX_GUIDELINES = 200_000
LARGEST_SHARE = 0.5
"""Of what is handed out, by lot or as honeypots: beyond that, a queue would no longer do its work."""


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """How a project's photos are worked on; the fields are those of `ProjectRecord`.

    random_share and honeypot_share lie in [0, 0.5], bulk_confidence in [0, 1] if it is given; a tag has up to 80
    characters, guidelines up to 200,000. Raises InvalidProjectError otherwise.
    """

    tag: str = ""
    guidelines: str = ""
    policy: QueuePolicy = QueuePolicy.FIRST_IN
    random_share: float = 0.0
    honeypot_share: float = 0.0
    four_eyes: bool = False
    bulk_confidence: float | None = None
    learning: LearningPolicy = LearningPolicy.AUTOMATIC
    canary_share: float = 0.2
    figures_by_person: bool = False

    def __post_init__(self) -> None:
        _check_length("tag", self.tag, MAX_NAME)
        _check_length("text of the guidelines", self.guidelines, MAX_GUIDELINES)
        _check_range("share by lot", self.random_share, LARGEST_SHARE)
        _check_range("share of honeypots", self.honeypot_share, LARGEST_SHARE)
        if self.bulk_confidence is not None:
            _check_range("confidence for approving together", self.bulk_confidence, 1)
        _check_range("share of a canary", self.canary_share, LARGEST_SHARE)

    @classmethod
    def of(cls, project: ProjectRecord) -> Self:
        """As they stand; `dataclasses.replace` makes others of them."""
        return cls(**{field.name: getattr(project, field.name) for field in fields(cls)})


def get_project(store: Store, project_id: int) -> ProjectRecord:
    """The project, or NotFoundError."""
    with store.database.read() as session:
        return ProjectRecord.of(find_project(session, project_id))


def project_named(store: Store, name: str) -> ProjectRecord:
    """The project of this name, whatever its case. Raises NotFoundError, which tells the names there are."""
    projects = list_projects(store)
    for project in projects:
        if _key(project.name) == _key(name):
            return project
    known = ", ".join(f"“{project.name}”" for project in projects)
    raise NotFoundError(f"There is no project “{name.strip()}”: choose one of {known}.")


def list_projects(store: Store) -> tuple[ProjectRecord, ...]:
    """All projects, by name; archived ones come last."""
    with store.database.read() as session:
        projects = [ProjectRecord.of(row) for row in session.scalars(select(schema.Project))]
    # here, not in the query: a database orders names by the language that it was set up with
    return tuple(sorted(projects, key=lambda project: (project.archived_at is not None, project.name)))


def create_project(store: Store, name: str, *, by: str, settings: ProjectSettings | None = None) -> ProjectRecord:
    """A new project without photos. Raises InvalidProjectError unless its name has 1 to 80 characters and is free."""
    settings = settings or ProjectSettings()
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    with store.database.write() as session:
        name = _free_name(session, name)
        project = schema.Project(name=name, created_by=by, **values)
        project.guidelines_at = utc_now() if settings.guidelines else None
        session.add(project)
        session.flush()
        _tell(session, project, "project.created", by=by, name=name)
        return ProjectRecord.of(project)


def rename_project(store: Store, project_id: int, name: str, *, by: str) -> ProjectRecord:
    """Raises as `create_project` does, and NotFoundError."""
    with store.database.write() as session:
        project = find_project(session, project_id)
        before, project.name = project.name, _free_name(session, name, but_for=project)
        if project.name != before:
            _tell(session, project, "project.renamed", by=by, before=before, after=project.name)
        session.flush()
        return ProjectRecord.of(project)


def change_settings(store: Store, project_id: int, settings: ProjectSettings, *, by: str) -> ProjectRecord:
    """Put `settings` in the place of the present ones; the audit trail tells what became different."""
    with store.database.write() as session:
        project = find_project(session, project_id)
        changes = {}
        for field in fields(settings):
            before, after = getattr(project, field.name), getattr(settings, field.name)
            if before != after:
                setattr(project, field.name, after)
                changes[field.name] = [before, after]
        if "guidelines" in changes:
            project.guidelines_at = utc_now()
        if changes:
            _tell(session, project, "project.changed", by=by, changes=changes)
        session.flush()
        return ProjectRecord.of(project)


def archive_project(store: Store, project_id: int, *, by: str) -> ProjectRecord:
    """Nothing of it is handed out any more; what is there can still be looked at. Twice is as once."""
    with store.database.write() as session:
        project = find_project(session, project_id)
        if project.archived_at is None:
            project.archived_at = utc_now()
            _tell(session, project, "project.archived", by=by)
        session.flush()
        return ProjectRecord.of(project)


def unarchive_project(store: Store, project_id: int, *, by: str) -> ProjectRecord:
    """Work in it goes on. Twice is as once."""
    with store.database.write() as session:
        project = find_project(session, project_id)
        if project.archived_at is not None:
            project.archived_at = None
            _tell(session, project, "project.unarchived", by=by)
        session.flush()
        return ProjectRecord.of(project)


def find_project(session: Session, project_id: int) -> schema.Project:
    """The project, or NotFoundError; for this floor only."""
    if (row := session.get(schema.Project, project_id)) is None:
        raise NotFoundError(f"There is no project number {project_id}: reload the list of projects.")
    return row


def _free_name(session: Session, name: str, *, but_for: schema.Project | None = None) -> str:
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not name:
        raise InvalidProjectError("A project needs a name: write one.")
    _check_length("name", name, MAX_NAME)
    for other in session.scalars(select(schema.Project)):
        if other is not but_for and _key(other.name) == _key(name):
            raise InvalidProjectError(f"There is a project “{other.name}” already: choose another name.")
    return name


def _key(name: str) -> str:
    """What two names share that people would take for one."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidProjectError(f"The {what} has {len(text)} characters: shorten it to {most}.")


def _check_range(what: str, value: float, most: float) -> None:
    if not 0 <= value <= most:
        raise InvalidProjectError(f"The {what} is {value}: choose a number from 0 to {most}.")


def _tell(session: Session, project: schema.Project, action: str, *, by: str, **data: object) -> None:
    record_event(session, actor=by, action=action, data={"project_id": project.id, **data})
