"""The projects in which a person works, all of them or the one that they chose."""

from collections.abc import Collection

from annotation_store.projects import list_projects
from annotation_store.records import ProjectRecord
from annotation_store.store import Store
from studio.sign_in.visitor import Visitor

EVERY_PROJECT = 0
"""In the place of a project's number."""


def visible_projects(store: Store, visitor: Visitor) -> tuple[ProjectRecord, ...]:
    """Those that the visitor belongs to, by name, without archived ones."""
    return tuple(each for each in list_projects(store) if each.archived_at is None and visitor.sees(each.id))


def chosen_ids(visitor: Visitor, chosen: int | None) -> Collection[int] | None:
    """The numbers of the projects to show, None for all: what a browser sends is never taken on trust."""
    if not chosen:
        return visitor.projects
    return frozenset({chosen}) if visitor.sees(chosen) else frozenset()
