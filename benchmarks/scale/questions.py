"""What a studio asks of its store again and again, each as one call; what writes leaves the store as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from annotation_store import clock, drafts, gallery, reviews, schema
from annotation_store.insights import drift, outcomes, photo_statistics
from annotation_store.insights.ledger import Selection, read_ledger
from annotation_store.kinds import QueuePolicy, TriggerKind
from annotation_store.learning import effort, training_sets
from annotation_store.learning.due import all_due
from annotation_store.learning.triggers import change_trigger
from annotation_store.progress import progress_of
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, get_project, list_projects
from annotation_store.queue.novelty import Album
from annotation_store.queue.open_images import count_open
from annotation_store.queue.pull import pull
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.vital_signs import take_vital_signs
from benchmarks.scale.many_rows import person

HERE = "benchmark"


@dataclass(frozen=True, slots=True)
class Question:
    """name: what is asked, and how often or by whom, as far as that is not plain."""

    name: str
    ask: Callable[[], object]


def questions(store: Store) -> list[Question]:
    """On a store of `many_rows.fill_rows`. Switches the triggers on."""
    for kind in TriggerKind:
        change_trigger(store, kind, by=HERE, active=True)
    projects = [project.id for project in list_projects(store)]
    now = clock.utc_now()
    day = timedelta(days=1)
    newest = gallery.list_images(store, limit=1)[0].id
    return [
        Question("next photo, all projects", lambda: _pull(store, projects)),
        *(
            Question(
                f"next photo, {ProjectSettings.of(get_project(store, project)).policy}",
                lambda project=project: _pull(store, [project]),
            )
            for project in projects[: len(QueuePolicy)]
        ),
        Question("left in the queue, one person", lambda: count_open(store, project_ids=projects, person=person(1))),
        Question(
            "today, one person", lambda: progress_of(store, person(1), since=now - day, until=now, project_ids=projects)
        ),
        Question("gallery, first page", lambda: gallery.list_images(store, project_ids=projects, limit=60)),
        Question(
            "gallery, from the middle",
            lambda: gallery.list_images(store, project_ids=projects, before=newest // 2, limit=60),
        ),
        Question("gallery, one project", lambda: gallery.list_images(store, project_ids=[FIRST_PROJECT], limit=60)),
        *(
            Question(
                f"gallery, {state}",
                lambda state=state: gallery.list_images(store, project_ids=projects, states=[state], limit=60),
            )
            for state in (ImageState.WAITING, ImageState.APPROVED, ImageState.IN_REVIEW, ImageState.FAILED)
        ),
        Question("gallery, flagged", lambda: gallery.list_images(store, project_ids=projects, flagged=True, limit=60)),
        Question("gallery, a tag", lambda: gallery.list_images(store, project_ids=projects, tag="hair", limit=60)),
        Question(
            "gallery, search (old)",
            lambda: gallery.list_images(store, project_ids=projects, search="subject777_1", limit=60),
        ),
        Question(
            "gallery, search (none)",
            lambda: gallery.list_images(store, project_ids=projects, search="no such", limit=60),
        ),
        Question("counts by state", lambda: gallery.count_by_state(store, project_ids=projects)),
        Question("counts by project", lambda: gallery.count_by_project(store, ImageState.APPROVED)),
        Question("is a draft due", lambda: _draft_is_due(store)),
        Question("claim of a draft", lambda: _claim(store)),
        Question("waiting photos, a page", lambda: drafts.waiting_images(store, limit=1000)),
        Question(
            "reviews, first page", lambda: reviews.list_submissions(store, person(1), projects=projects, limit=51)
        ),
        Question("reviews, next", lambda: reviews.next_submission(store, person(1), projects=projects)),
        Question("triggers due, each minute", lambda: all_due(store, now)),
        Question("efforts unmeasured, each minute", lambda: effort.measure_efforts(store)),
        Question("outcomes unmeasured, each minute", lambda: outcomes.measure_outcomes(store)),
        Question("photos unmeasured, each minute", lambda: photo_statistics.measure_photos(store)),
        Question("vital signs, each scrape", lambda: take_vital_signs(store)),
        Question("looks of a project, each intake", lambda: Album.of_project(store, FIRST_PROJECT)),
        Question("drift", lambda: drift.look_for_drift(store)),
        Question(
            "figures of a week",
            lambda: read_ledger(store, Selection(since=now - 9 * day, until=now - 2 * day)),
        ),
        Question("preview of a training", lambda: training_sets.preview(store)),
    ]


def _pull(store: Store, project_ids: list[int]) -> None:
    pulled = pull(store, project_ids=project_ids, by=HERE, draw=lambda: 0.5)
    assert pulled is not None  # noqa: S101, a tenth of all is open
    with store.database.write() as session:
        session.execute(delete(schema.Lease).filter_by(image_id=pulled.image.id))


def _claim(store: Store) -> None:
    image = drafts.claim_next_for_drafting(store)
    assert image is not None  # noqa: S101, a tenth of all waits
    with store.database.write() as session:
        session.execute(update(schema.Image).filter_by(id=image.id).values(state=ImageState.WAITING))


def _draft_is_due(store: Store) -> bool:
    from studio.drafting import draft_is_due

    return draft_is_due(store)
