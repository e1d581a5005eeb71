"""Sentences that belong to figures: what is missing in them, and what is not shown."""

from collections.abc import Iterable

from annotation_store.insights.grouping import Dimension
from annotation_store.records import PilotRecord
from annotation_store.states import PilotState
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


def not_over(pilots: Iterable[PilotRecord], words: Words) -> tuple[str, ...]:
    """Where photos are left out because of a pilot that runs."""
    return (words("pilot_not_over_note"),) if any(each.state is PilotState.RUNNING for each in pilots) else ()
