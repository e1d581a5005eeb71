"""Histories made by hand, in seconds after a noon."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from annotation_store import schema
from annotation_store.gallery import get_image
from annotation_store.insights.ledger import LedgerLine
from annotation_store.insights.working_time import Ago, record_work
from annotation_store.kinds import WorkPurpose
from annotation_store.records import WorkSpanRecord
from annotation_store.store import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def span(
    began: float, ended: float, *, image: int = 1, by: str = "keiko", purpose: WorkPurpose = WorkPurpose.CORRECTION
) -> WorkSpanRecord:
    return WorkSpanRecord(image, by, purpose, at(began), at(ended))


@dataclass(frozen=True)
class Desk:
    """People's desks, which tell their work by a clock that tests set, and outcomes as they would be measured."""

    store: Store
    set_clock: Callable[[float], None]

    def work(
        self,
        image_id: int,
        began: float,
        ended: float,
        *,
        by: str = "keiko",
        purpose: WorkPurpose = WorkPurpose.CORRECTION,
        told: float | None = None,
    ) -> None:
        """Work between two moments, told as soon as it is done, or at the moment `told`."""
        told = ended if told is None else told
        self.set_clock(told)
        record_work(self.store, image_id, [Ago(told - began, told - ended)], purpose=purpose, by=by)

    def review(self, image_id: int, began: float, ended: float, *, by: str = "ren") -> None:
        self.work(image_id, began, ended, by=by, purpose=WorkPurpose.REVIEW)

    def measure(self, image_id: int, approved: float, **others: object) -> None:
        """The outcome of what is approved now, at this moment."""
        image = get_image(self.store, image_id)
        columns = {
            "revision_id": image.head_revision_id,
            "image_id": image_id,
            "project_id": image.project_id,
            "as_drafted": False,
            "in_bulk": False,
            "complexity": 0.2,
            "approved_at": at(approved),
        }
        with self.store.database.write() as session:
            session.add(schema.Outcome(**{**columns, **others}))

    def spans(self) -> list[tuple[int, str, float, float]]:
        """All that is kept: (image, person, from, to)."""
        row = schema.WorkSpan
        with self.store.database.read() as session:
            rows = session.scalars(select(row).order_by(row.began_at, row.id)).all()
        return [(each.image_id, each.person, *map(_seconds, (each.began_at, each.ended_at))) for each in rows]


def _seconds(moment: datetime) -> float:
    return (moment - NOON).total_seconds()


def line(**others: object) -> LedgerLine:
    """A line of the ledger, of an image that took a minute."""
    usual = {
        "image_id": 1,
        "name": "cup_1.png",
        "project_id": 1,
        "person": "keiko",
        "tags": (),
        "model_version_id": None,
        "drafter": "backdrop",
        "revision_id": 1,
        "approved_at": at(100),
        "first_at": at(0),
        "correction_seconds": 60.0,
        "review_seconds": 0.0,
        "strokes": 3,
        "painted_area": 0.1,
        "as_drafted": False,
        "in_bulk": False,
        "complexity": 0.2,
        "sad": None,
        "mse": None,
        "grad": None,
        "conn": None,
        "returns": 0,
        "reviewed": False,
    }
    return LedgerLine(**{**usual, **others})
