"""Sentences that belong to figures: what is missing in them, and what is not shown."""

from annotation_store.insights.grouping import Dimension
from studio.i18n import Words
from studio.insights.asking import Scope


def untimed(images: int, words: Words) -> tuple[str, ...]:
    """images: whose time nobody knows."""
    return (words("untimed_note", count=f"{images:,}"),) if images else ()


def persons_shown(scope: Scope, words: Words) -> tuple[str, ...]:
    """Where figures of single people were asked for, and some projects have none."""
    shown = scope.by_person
    if scope.asked.by is not Dimension.PERSON or len(shown) == len(scope.projects):
        return ()
    return (words("persons_only", names=", ".join(project.name for project in shown)),)
