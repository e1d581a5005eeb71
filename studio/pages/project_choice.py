"""Of which projects a page speaks: all of a person's, or the one that they chose."""

from collections.abc import Collection

from studio.sign_in.visitor import Visitor

EVERY_PROJECT = 0
"""In the place of a project's number."""


def chosen_ids(visitor: Visitor, chosen: int | None) -> Collection[int] | None:
    """The numbers of the projects to show, None for all: what the browser sends is never taken on trust."""
    if not chosen:
        return visitor.projects
    return frozenset({chosen}) if visitor.sees(chosen) else frozenset()
