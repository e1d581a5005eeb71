"""Projects: photos that are worked on alike, for one customer, in one way, by certain people."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import NotFoundError
from annotation_store.records import ProjectRecord
from annotation_store.store import Store

FIRST_PROJECT = 1
"""The one that every store begins with."""


def get_project(store: Store, project_id: int) -> ProjectRecord:
    """The project, or NotFoundError."""
    with store.database.read() as session:
        return ProjectRecord.of(find_project(session, project_id))


def list_projects(store: Store) -> tuple[ProjectRecord, ...]:
    """All projects, by name; archived ones come last."""
    with store.database.read() as session:
        projects = [ProjectRecord.of(row) for row in session.scalars(select(schema.Project))]
    # here, not in the query: a database orders names by the language that it was set up with
    return tuple(sorted(projects, key=lambda project: (project.archived_at is not None, project.name)))


def find_project(session: Session, project_id: int) -> schema.Project:
    """The project, or NotFoundError; for this floor only."""
    if (row := session.get(schema.Project, project_id)) is None:
        raise NotFoundError(f"There is no project number {project_id}: reload the list of projects.")
    return row
