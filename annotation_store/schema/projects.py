"""Projects and who works in them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import LearningPolicy, QueuePolicy
from annotation_store.schema.base import Base


class Project(Base):
    """Photos that are worked on alike: for one customer, in one way, by certain people."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    tag: Mapped[str]  # what is in the photos: hair, glass, lace, ...; perhaps empty
    guidelines: Mapped[str]  # Markdown, perhaps empty
    guidelines_at: Mapped[datetime | None]
    policy: Mapped[QueuePolicy]
    random_share: Mapped[float]  # of what is handed out: by lot, for figures that no policy biases
    honeypot_share: Mapped[float]  # of what is handed out: finished ones, to see how well they come out again
    four_eyes: Mapped[bool]  # nobody approves what they submitted, and nothing is approved that was not submitted
    bulk_confidence: Mapped[float | None]  # drafts from here on may be approved together; null: none
    learning: Mapped[LearningPolicy] = mapped_column(default=LearningPolicy.AUTOMATIC)
    canary_share: Mapped[float] = mapped_column(default=0.2)  # of new drafts, while a candidate is tried
    figures_by_person: Mapped[bool] = mapped_column(default=False)  # whether its leads see figures of single people
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    archived_at: Mapped[datetime | None]


class ProjectMember(Base):
    __tablename__ = "project_members"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
