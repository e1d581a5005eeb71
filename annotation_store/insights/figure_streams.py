"""What photos bring with them, figure by figure, in the order in which they came."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from annotation_store import schema
from annotation_store.kinds import BLANK, RevisionKind
from annotation_store.queue.copies import IS_NO_COPY

DRAFTS_ASKED = 100
"""About as many as are looked at together."""


class Figure(StrEnum):
    """What is told of a photo: the columns of `photo_statistics`, and how sure the drafting was."""

    MEGAPIXELS = "megapixels"
    ASPECT = "aspect"
    LIGHTNESS = "lightness"
    CONTRAST = "contrast"
    WARMTH = "warmth"
    COLOURFULNESS = "colourfulness"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True)
class Stream:
    """A figure of a project's photos. moment: when each came; order: what puts them in a row."""

    query: Select[float | None]
    moment: InstrumentedAttribute[datetime]
    order: InstrumentedAttribute[int]

    def after(self, moment: datetime) -> Self:
        """Only what came later than that."""
        return replace(self, query=self.query.where(self.moment > moment))

    def until(self, moment: datetime) -> Self:
        """Only what came by then."""
        return replace(self, query=self.query.where(self.moment <= moment))

    def count(self, session: Session) -> int:
        return session.scalar(self.query.with_only_columns(func.count(), maintain_column_froms=True)) or 0

    def newest(self, session: Session, most: int, *, but: int) -> npt.NDArray[np.float64]:
        """The last figures, but for the last `but` of them: float64, up to `most`, the latest at the end."""
        query = self.query.order_by(self.order.desc()).offset(but).limit(most)
        return np.array(session.scalars(query).all()[::-1], np.float64)


def stream_of(session: Session, project_id: int, figure: Figure) -> Stream:
    """One figure of a project, without copies.

    Confidence is that of drafts, in the order in which these were made; and since each model has its own, it is only of
    drafts by the version that made most of the `DRAFTS_ASKED` latest.
    """
    if figure is Figure.CONFIDENCE:
        return _confidence(session, project_id)
    image, figures = schema.Image, schema.PhotoStatistics
    query = select(getattr(figures, figure.value)).join(image, image.id == figures.image_id)
    return Stream(query.where(image.project_id == project_id, IS_NO_COPY), image.created_at, figures.image_id)


def _confidence(session: Session, project_id: int) -> Stream:
    image, draft, other = schema.Image, aliased(schema.Revision), schema.Revision
    by_program = other.kind == RevisionKind.DRAFT, other.drafter.is_distinct_from(BLANK)
    newest = select(func.max(other.id)).where(other.image_id == image.id, *by_program)
    is_newest = draft.id == newest.correlate(image).scalar_subquery()
    drafted = (image.project_id == project_id, image.confidence.is_not(None), IS_NO_COPY)
    versions = select(draft.model_version_id).join(image, is_newest).where(*drafted)
    latest = session.scalars(versions.order_by(draft.id.desc()).limit(DRAFTS_ASKED)).all()
    version = Counter(latest).most_common(1)[0][0] if latest else None
    query = select(image.confidence).join(draft, is_newest)
    same = draft.model_version_id.is_not_distinct_from(version)  # drafts without any model have none
    return Stream(query.where(*drafted, same), draft.created_at, draft.id)
