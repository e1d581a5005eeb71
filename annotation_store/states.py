"""The states of images, models and training runs, and one table of allowed transitions for each."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from annotation_store.errors import InvalidTransitionError


class ImageState(StrEnum):
    """Where a photo stands on its way through the studio."""

    WAITING = "waiting"  # its draft is not made yet
    DRAFTING = "drafting"
    READY = "ready"  # drafted or imported, nobody has corrected it
    IN_CORRECTION = "in_correction"
    IN_REVIEW = "in_review"  # submitted: somebody looks at it before it counts
    APPROVED = "approved"
    SKIPPED = "skipped"
    FAILED = "failed"  # no draft could be made


class ModelState(StrEnum):
    """Whether a model version draws the drafts of any project."""

    CANDIDATE = "candidate"
    LIVE = "live"
    REJECTED = "rejected"
    RETIRED = "retired"


class StandingState(StrEnum):
    """What a model version is in one project."""

    PASSED = "passed"  # better for this project, and waiting for somebody to say yes
    CANARY = "canary"  # makes a share of the new drafts
    LIVE = "live"
    RETIRED = "retired"
    REFUSED = "refused"


class RunState(StrEnum):
    """How far a training run has come."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # its process is gone


class PilotState(StrEnum):
    """Whether a pilot is still being worked on."""

    RUNNING = "running"
    FINISHED = "finished"
    CALLED_OFF = "called_off"


class ComparisonState(StrEnum):
    """How far a blind comparison has come."""

    PREPARING = "preparing"  # its mattes are being made
    OPEN = "open"  # people choose
    CLOSED = "closed"
    FAILED = "failed"  # its mattes could not be made


class DeliveryState(StrEnum):
    """What became of a message to a webhook."""

    WAITING = "waiting"  # for its next attempt
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


State = TypeVar("State", ImageState, ModelState, StandingState, RunState, PilotState, ComparisonState, DeliveryState)

IMAGE_TRANSITIONS: Mapping[ImageState, frozenset[ImageState]] = {
    ImageState.WAITING: frozenset({ImageState.DRAFTING, ImageState.READY, ImageState.SKIPPED}),
    ImageState.DRAFTING: frozenset({ImageState.READY, ImageState.FAILED, ImageState.WAITING}),
    ImageState.READY: frozenset(
        {
            ImageState.IN_CORRECTION,
            ImageState.IN_REVIEW,
            ImageState.APPROVED,
            ImageState.SKIPPED,
            ImageState.WAITING,
        }
    ),
    ImageState.IN_CORRECTION: frozenset(
        {ImageState.IN_REVIEW, ImageState.APPROVED, ImageState.SKIPPED, ImageState.WAITING}
    ),
    ImageState.IN_REVIEW: frozenset({ImageState.IN_CORRECTION, ImageState.APPROVED, ImageState.SKIPPED}),
    ImageState.APPROVED: frozenset({ImageState.READY, ImageState.IN_CORRECTION}),
    ImageState.SKIPPED: frozenset({ImageState.READY, ImageState.IN_CORRECTION, ImageState.WAITING}),
    ImageState.FAILED: frozenset({ImageState.WAITING, ImageState.READY, ImageState.SKIPPED}),
}

MODEL_TRANSITIONS: Mapping[ModelState, frozenset[ModelState]] = {
    ModelState.CANDIDATE: frozenset({ModelState.LIVE, ModelState.REJECTED}),
    ModelState.LIVE: frozenset({ModelState.RETIRED}),
    ModelState.REJECTED: frozenset(),
    ModelState.RETIRED: frozenset({ModelState.LIVE}),
}

STANDING_TRANSITIONS: Mapping[StandingState, frozenset[StandingState]] = {
    StandingState.PASSED: frozenset({StandingState.CANARY, StandingState.LIVE, StandingState.REFUSED}),
    StandingState.CANARY: frozenset({StandingState.LIVE, StandingState.REFUSED}),
    StandingState.LIVE: frozenset({StandingState.RETIRED}),
    StandingState.RETIRED: frozenset({StandingState.LIVE}),
    StandingState.REFUSED: frozenset(),
}

RUN_TRANSITIONS: Mapping[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED, RunState.INTERRUPTED}),
    RunState.RUNNING: frozenset(
        {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED, RunState.INTERRUPTED, RunState.QUEUED}
    ),
    RunState.SUCCEEDED: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
    RunState.INTERRUPTED: frozenset({RunState.QUEUED, RunState.CANCELLED}),  # gone on with, or no more
}

PILOT_TRANSITIONS: Mapping[PilotState, frozenset[PilotState]] = {
    PilotState.RUNNING: frozenset({PilotState.FINISHED, PilotState.CALLED_OFF}),
    PilotState.FINISHED: frozenset(),
    PilotState.CALLED_OFF: frozenset(),
}

COMPARISON_TRANSITIONS: Mapping[ComparisonState, frozenset[ComparisonState]] = {
    ComparisonState.PREPARING: frozenset({ComparisonState.OPEN, ComparisonState.FAILED, ComparisonState.CLOSED}),
    ComparisonState.OPEN: frozenset({ComparisonState.CLOSED}),
    ComparisonState.CLOSED: frozenset({ComparisonState.OPEN}),
    ComparisonState.FAILED: frozenset({ComparisonState.PREPARING}),
}

DELIVERY_TRANSITIONS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.DELIVERED, DeliveryState.GIVEN_UP}),
    DeliveryState.DELIVERED: frozenset({DeliveryState.WAITING}),  # sent once more, by hand
    DeliveryState.GIVEN_UP: frozenset({DeliveryState.WAITING}),
}

_TABLES: Mapping[type[StrEnum], tuple[str, Mapping[Any, frozenset[Any]]]] = {
    ImageState: ("image", IMAGE_TRANSITIONS),
    ModelState: ("model", MODEL_TRANSITIONS),
    StandingState: ("model", STANDING_TRANSITIONS),
    RunState: ("training run", RUN_TRANSITIONS),
    PilotState: ("pilot", PILOT_TRANSITIONS),
    ComparisonState: ("comparison", COMPARISON_TRANSITIONS),
    DeliveryState: ("message", DELIVERY_TRANSITIONS),
}


def check_transition(current: State, target: State) -> State:
    """Return `target`, or raise InvalidTransitionError if the table does not lead there from `current`."""
    noun, table = _TABLES[type(current)]
    allowed = table[current]
    if target not in allowed:
        possible = ", ".join(sorted(in_words(state) for state in allowed)) or "nothing else"
        raise InvalidTransitionError(
            f"This {noun} is {in_words(current)} and cannot become {in_words(target)}: "
            f"from here it can become {possible}."
        )
    return target


def in_words(state: StrEnum) -> str:
    """The state as it reads in a sentence: ``in correction``."""
    return state.value.replace("_", " ")
