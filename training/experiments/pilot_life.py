"""A pilot lived by simulated operators: whose turn it is, what they get, how long it takes, and what their desks tell.

The same life can be lived in a store, through everything that people and desks go through, and on paper, where only
what the figures depend on is done, by the same functions: the lot, working time out of spans, the effect. A life on
paper takes a few milliseconds and one in a store minutes, so that hundreds show how often the range holds the truth.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from unittest.mock import patch

import numpy as np

from annotation_store import clock, corrections, drafts, intake, reviews
from annotation_store.corrections import KeyedEdit
from annotation_store.insights.working_time import IDLE_SECONDS, Ago, record_work, worked_times
from annotation_store.kinds import PilotArm, WorkPurpose
from annotation_store.money.rate_card import STARTING_CARD
from annotation_store.pilots.choosing import candidates, deal
from annotation_store.pilots.draft_effect import Effect, Measured, effect_of
from annotation_store.pilots.pilot_report import PilotReport
from annotation_store.pilots.pilots import begin_pilot, finish_pilot, pilot_images
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.pull import pull
from annotation_store.records import WorkSpanRecord
from annotation_store.store import Store
from matting_core.edits.edit import Edit
from matting_core.image_io import ImageLimits
from training.experiments.both_arms import BothArms
from training.experiments.pilot_times import WorkModel, hardness_of, luck, spans_of

REVIEWER, LEAD = "reviewer", "lead"
MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALL_DAY = 24 * 60.0
"""Minutes of a lease."""


@dataclass(frozen=True, slots=True)
class Life:
    """What decides how a pilot goes, but for its photos. seed: of the lot, and of everybody's luck."""

    model: WorkModel
    blank_share: float
    seed: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One photo in the hands of an operator, or of the reviewer. told: spans, in the order in which desks tell them."""

    image_id: int
    told: tuple[WorkSpanRecord, ...]
    ended: datetime


@dataclass(frozen=True, slots=True, eq=False)
class _Photo:
    """index: among all photos of the life, which decides its luck. hardness: 0 to 1."""

    index: int
    both: BothArms
    hardness: float


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What lot has to know of a photo."""

    id: int
    difficulty: float


Give = Callable[[str, datetime], int | None]
"""The number of the next photo for a person, at a moment."""


def truth_of(both: Sequence[BothArms], model: WorkModel) -> float:
    """Seconds that drafts save a photo, in the mean of these very photos, each of which was corrected both ways."""
    return _mean(both, model, PilotArm.BLANK) - _mean(both, model, PilotArm.DRAFTED)


def true_share(both: Sequence[BothArms], model: WorkModel) -> float:
    """The same as a share of all that a photo takes without a draft, review included."""
    return truth_of(both, model) / (_mean(both, model, PilotArm.BLANK) + model.review)


def live_on_paper(both: Sequence[BothArms], life: Life) -> Effect | None:
    """The effect that a pilot finds in which all goes as it would in a store."""
    numbered = dict(enumerate(both, 1))
    drawn = [_Drawn(number, each.difficulty.expected_sad) for number, each in numbered.items()]
    places = deal(drawn, blank_share=life.blank_share, seed=life.seed)
    arms = {place.image_id: place.arm for place in places}
    waiting = iter(place.image_id for place in places)
    turns = _turns(numbered, arms, life, lambda _person, _now: next(waiting, None))
    spans = [span for turn in turns for span in turn.told]
    seconds = dict.fromkeys(arms, 0.0)
    for (image_id, _), time in worked_times(spans, idle_seconds=IDLE_SECONDS).items():
        seconds[image_id] += time.correction + time.review
    return effect_of(Measured(place.stratum, place.arm, seconds[place.image_id]) for place in places)


def live_in_store(store: Store, both: Sequence[BothArms], *, model_id: int, drafter: str, life: Life) -> PilotReport:
    """The report of a pilot in a new store, whose clock the life moves: photos are taken in and drafted, corrected by
    several people, then reviewed and approved. model_id: of the drafts."""
    with _moved_clock() as set_clock:
        set_clock(MORNING - timedelta(days=1))
        numbered = _take_in(store, both, model_id=model_id, drafter=drafter)
        pilot = begin_pilot(
            store,
            FIRST_PROJECT,
            name=f"Simulated {life.seed}",
            image_ids=[image.id for image in candidates(store, FIRST_PROJECT)],
            blank_share=life.blank_share,
            seed=life.seed,
            by=LEAD,
        )
        arms = {place.image_id: place.arm for place in pilot_images(store, pilot.id)}

        def give(person: str, now: datetime) -> int | None:
            set_clock(now)
            pulled = pull(store, project_ids=[FIRST_PROJECT], by=person, minutes=ALL_DAY)
            return None if pulled is None else pulled.image.id

        for turn in _turns(numbered, arms, life, give):
            is_review = turn.told[0].purpose is WorkPurpose.REVIEW
            if not is_review:
                _draw(store, turn, numbered[turn.image_id].done[arms[turn.image_id]].edits)
            for span in turn.told:
                set_clock(span.ended_at)
                ago = Ago((span.ended_at - span.began_at).total_seconds(), 0.0)
                record_work(store, span.image_id, [ago], purpose=span.purpose, by=span.person)
            set_clock(turn.ended)
            decide = reviews.approve if is_review else reviews.submit
            done = numbered[turn.image_id].done[arms[turn.image_id]]
            document = corrections.open_document(store, turn.image_id)
            seen = reviews.Seen(document.revision_id, document.position, done.trimap, done.alpha, model_id)
            decide(store, turn.image_id, seen, by=turn.told[0].person)
        finished = finish_pilot(store, pilot.id, by=LEAD, card=STARTING_CARD)
    return PilotReport.from_json(finished.report or {})


def _mean(both: Sequence[BothArms], model: WorkModel, arm: PilotArm) -> float:
    return float(np.mean([model.expected(each.effort(arm)) for each in both]))


def _turns(numbered: Mapping[int, BothArms], arms: Mapping[int, PilotArm], life: Life, give: Give) -> Iterator[Turn]:
    """Whoever is free first takes what `give` gives them; when nothing is left, the reviewer looks at all of it."""
    hardness = hardness_of([each.difficulty.expected_sad for each in numbered.values()])
    photos = {number: _Photo(index, each, hardness[index]) for index, (number, each) in enumerate(numbered.items())}
    free = {f"operator {place}": MORNING for place in range(1, len(life.model.speeds) + 1)}
    done: list[int] = []
    while free:
        person = min(free, key=lambda each: (free[each], each))
        if (number := give(person, free[person])) is None:
            del free[person]
            continue
        speed = life.model.speeds[int(person.split()[1]) - 1]
        turn = _corrected(number, photos[number], arms[number], life, person=person, speed=speed, opened=free[person])
        free[person] = turn.ended
        done.append(number)
        yield turn
    afternoon = MORNING + timedelta(days=1)
    for number in done:
        turn = _reviewed(number, photos[number], life, opened=afternoon)
        afternoon = turn.ended
        yield turn


def _corrected(
    number: int, photo: _Photo, arm: PilotArm, life: Life, *, person: str, speed: float, opened: datetime
) -> Turn:
    rng = np.random.default_rng((life.seed, 1, photo.index))
    seconds = life.model.drawn(rng, photo.both.effort(arm), speed=speed, hardness=photo.hardness)
    spans, whole = spans_of(rng, seconds, life.model)
    told = tuple(WorkSpanRecord(number, person, WorkPurpose.CORRECTION, *span.at(opened)) for span in spans)
    return Turn(number, told, opened + timedelta(seconds=whole))


def _reviewed(number: int, photo: _Photo, life: Life, *, opened: datetime) -> Turn:
    rng = np.random.default_rng((life.seed, 2, photo.index))
    ended = opened + timedelta(seconds=life.model.review * luck(rng, life.model.noise))
    return Turn(number, (WorkSpanRecord(number, REVIEWER, WorkPurpose.REVIEW, opened, ended),), ended)


def _take_in(store: Store, both: Iterable[BothArms], *, model_id: int, drafter: str) -> dict[int, BothArms]:
    """By the numbers of their images, in the order in which they came."""
    by_name = {each.photo.name: each for each in both}
    files = [each.photo.file for each in by_name.values()]
    intake.take_in(store, files, by=LEAD, limits=ImageLimits(), subjects={name: name for name in by_name})
    numbered = {}
    while (image := drafts.claim_next_for_drafting(store)) is not None:
        each = numbered[image.id] = by_name[image.name]
        drafts.record_draft(
            store,
            image.id,
            trimap=each.trimap,
            alpha=each.alpha,
            model_id=model_id,
            drafter=drafter,
            by="drafting",
            difficulty=each.difficulty,
        )
    return numbered


def _draw(store: Store, turn: Turn, edits: Sequence[Edit]) -> None:
    if not edits:
        return
    document = corrections.open_document(store, turn.image_id)
    corrections.append_edits(
        store,
        turn.image_id,
        revision_id=document.revision_id,
        position=document.position,
        edits=[KeyedEdit(f"{turn.image_id}-{number}", edit) for number, edit in enumerate(edits)],
        by=turn.told[0].person,
        known=document,
    )


@contextmanager
def _moved_clock() -> Iterator[Callable[[datetime], None]]:
    """The store's clock stands where it is set to; nobody else may use a store of this process meanwhile."""
    now = MORNING

    def set_to(moment: datetime) -> None:
        nonlocal now
        now = moment

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return now.astimezone(tz)

    with patch.object(clock, "datetime", Moved):
        yield set_to
