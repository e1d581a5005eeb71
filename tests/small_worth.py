"""Finished images with what is known of them, without anybody having worked on them."""

from datetime import timedelta

from small_images import draft

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.kinds import Verdict, WorkPurpose
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.tags import set_tags


def finish(
    store: Store,
    seed: int,
    *,
    seconds: float = 60.0,
    tag: str = "",
    person: str = "keiko",
    project: int = FIRST_PROJECT,
    days_ago: float = 1.0,
    sad: float = 1.0,
    complexity: float = 0.2,
) -> int:
    """An image that `person` corrected for so many seconds, and had approved so many days ago; its number."""
    image = draft(store, f"cup_{seed}.png", seed)
    approved_at = utc_now() - timedelta(days=days_ago)
    began_at = approved_at - timedelta(seconds=seconds)
    if tag:
        set_tags(store, image.id, [tag], by="keiko")
    with store.database.write() as session:
        row = session.get_one(schema.Image, image.id)
        row.project_id, row.state = project, ImageState.APPROVED
        decision = {"image_id": image.id, "revision_id": image.head_revision_id, "note": "", "created_at": approved_at}
        session.add(schema.Decision(**decision, verdict=Verdict.APPROVED, author=person))
        outcome = {"as_drafted": False, "in_bulk": False, "complexity": complexity, "sad": sad, "mse": sad / 100}
        errors = {"grad": sad / 2, "conn": sad, "approved_at": approved_at, "drafter": "by hand"}
        keys = {"revision_id": image.head_revision_id, "image_id": image.id, "project_id": project}
        session.add(schema.Outcome(**keys, **outcome, **errors))
        purpose = WorkPurpose.CORRECTION
        span = {"image_id": image.id, "person": person, "purpose": purpose, "began_at": began_at}
        session.add(schema.WorkSpan(**span, ended_at=approved_at))
    return image.id


def show_persons(store: Store, project: int = FIRST_PROJECT) -> None:
    """As an admin does."""
    with store.database.write() as session:
        session.get_one(schema.Project, project).figures_by_person = True


def raise_alarm(store: Store, project: int = FIRST_PROJECT) -> int:
    """Photos that have become darker; the number of the alarm."""
    with store.database.write() as session:
        figures = {"figure": "lightness", "before": 62.0, "lately": 48.5, "distance": 0.4, "p_value": 0.001}
        alarm = schema.DriftAlarm(project_id=project, **figures)
        session.add(alarm)
        session.flush()
        return alarm.id
