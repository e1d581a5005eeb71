"""The projects in which a person works."""

from annotation_store.projects import list_projects
from annotation_store.records import ProjectRecord
from annotation_store.store import Store
from studio.sign_in.visitor import Visitor


def visible_projects(store: Store, visitor: Visitor) -> tuple[ProjectRecord, ...]:
    """Those that the visitor belongs to, by name, without archived ones."""
    return tuple(each for each in list_projects(store) if each.archived_at is None and visitor.sees(each.id))
