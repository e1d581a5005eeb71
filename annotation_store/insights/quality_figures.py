"""Quality in figures: how far drafts were from what was approved, how much came back from review, and how near people
come to mattes that are known.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from annotation_store import schema
from annotation_store.insights.ledger import LedgerLine
from annotation_store.insights.spread import Spread, spread_of
from annotation_store.queue.honeypots import PersonResults, results_by_person
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """Of some approved images.

    measured: of them, those whose draft was compared with what was approved; not those that were approved in bulk,
    whose drafts nobody looked at. sad, mse, grad, conn: of these drafts, in the unknown region of what was approved
    (outcomes.py). reviewed: images that lay before a reviewer. returned_images: of them, those that were sent back at
    least once. return_rate: their share, 0 to 1. None where there is nothing to tell of.
    """

    images: int
    measured: int
    sad: Spread | None
    mse: Spread | None
    grad: Spread | None
    conn: Spread | None
    reviewed: int
    returned_images: int
    return_rate: float | None


def quality_figures(lines: Sequence[LedgerLine]) -> QualityFigures:
    """The figures of these lines, as many as there are."""
    compared = [line for line in lines if line.sad is not None and not line.in_bulk]
    reviewed = [line for line in lines if line.reviewed]
    returned = sum(line.returns > 0 for line in reviewed)
    return QualityFigures(
        images=len(lines),
        measured=len(compared),
        sad=spread_of(line.sad for line in compared),
        mse=spread_of(line.mse for line in compared),
        grad=spread_of(line.grad for line in compared),
        conn=spread_of(line.conn for line in compared),
        reviewed=len(reviewed),
        returned_images=returned,
        return_rate=returned / len(reviewed) if reviewed else None,
    )


def honeypot_figures(store: Store, *, project_ids: Collection[int] | None, asked_by: str) -> tuple[PersonResults, ...]:
    """How near people came to mattes that are known, by name: what a person may see of that.

    project_ids: of which the person leads all (None: of all that there are). In those of them that have figures by
    person, it is everybody's; whoever asks sees their own in all of them.
    """
    open_ones = select(schema.Project.id).where(schema.Project.figures_by_person)
    with store.database.read() as session:
        shown = set(session.scalars(open_ones))
    if project_ids is not None:
        shown &= set(project_ids)
    others = [each for each in results_by_person(store, project_ids=shown) if each.person != asked_by]
    own = [each for each in results_by_person(store, project_ids=project_ids) if each.person == asked_by]
    return tuple(sorted(others + own, key=lambda each: each.person))
