"""What goes over the wire about blind comparisons."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from annotation_store.comparisons import comparisons
from annotation_store.comparisons.preferences import Liked
from annotation_store.comparisons.results import PairResult, Results
from annotation_store.comparisons.sign_test import SignTest
from annotation_store.kinds import MatteSource
from annotation_store.states import ComparisonState
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID

Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class SourceIn(Request):
    """Whose mattes: ``approved``, ``draft``, or ``model`` with the name of a version."""

    source: MatteSource
    model: Annotated[str, Field(max_length=200)] | None = None


class ComparisonIn(Request):
    """images: these alone, which are approved; without them, the `newest` approved ones, with `tag` if there is one.

    grounds: ``#rrggbb``, or ``checker``.
    """

    name: str = Field("", max_length=comparisons.MAX_NAME)
    project: Number
    first: SourceIn
    second: SourceIn
    images: Annotated[list[Number], Field(max_length=comparisons.MOST_IMAGES)] | None = None
    newest: int = Field(30, ge=1, le=comparisons.MOST_IMAGES)
    tag: str | None = Field(None, max_length=200)
    grounds: list[str] = Field(
        default_factory=lambda: list(comparisons.USUAL_GROUNDS), max_length=comparisons.MOST_GROUNDS
    )


class PreferenceIn(Request):
    """What the person likes better, how sure they are (1 to 3), and what both stood on at that moment."""

    choice: Liked
    confidence: int = Field(ge=1, le=3)
    ground: str = Field(max_length=20)


class ComparisonOut(BaseModel):
    """A comparison as those who choose see it. seen: of its `pairs`, by the person who asks."""

    id: int
    name: str
    project: int
    state: ComparisonState
    seen: int
    pairs: int


class ComparisonsOut(BaseModel):
    """Newest first. before: ask with it for the next page; None at the end."""

    comparisons: list[ComparisonOut]
    before: int | None


class SourceOut(BaseModel):
    """model: the name of a version, None for other sources."""

    source: MatteSource
    model: str | None


class SignTestOut(BaseModel):
    """How often each was chosen. share: of the first among those that preferred one, with its range of 90 %, from low
    to high; p_value: how often chance alone comes to so uneven a result (exact, two-sided). None while all are ties.
    """

    first: int
    second: int
    neither: int
    share: float | None
    low: float | None
    high: float | None
    p_value: float | None

    @staticmethod
    def of(test: SignTest) -> "SignTestOut":
        return SignTestOut.model_validate(test, from_attributes=True)


class PairResultOut(BaseModel):
    """How often each matte of an image was chosen."""

    image: int
    name: str
    first: int
    second: int
    neither: int

    @staticmethod
    def of(found: PairResult) -> "PairResultOut":
        return PairResultOut(
            image=found.image_id, name=found.name, first=found.first, second=found.second, neither=found.neither
        )


class ResultsOut(BaseModel):
    """over_pairs counts each photo once, by what most people chose, and is the one to decide by; over_answers counts
    every answer, though several about one photo depend on each other. by_person: None unless the project shows figures
    of single people. images: where the first lost most comes first.
    """

    pairs: int
    alike: int
    answered: int
    people: int
    answers: int
    on_left: int
    over_pairs: SignTestOut
    over_answers: SignTestOut
    by_confidence: dict[int, SignTestOut]
    by_person: dict[str, SignTestOut] | None
    images: list[PairResultOut]

    @staticmethod
    def of(found: Results) -> "ResultsOut":
        return ResultsOut(
            pairs=found.pairs,
            alike=found.alike,
            answered=found.answered,
            people=found.people,
            answers=found.answers,
            on_left=found.on_left,
            over_pairs=SignTestOut.of(found.over_pairs),
            over_answers=SignTestOut.of(found.over_answers),
            by_confidence={sure: SignTestOut.of(test) for sure, test in found.by_confidence.items()},
            by_person=None
            if found.by_person is None
            else {name: SignTestOut.of(test) for name, test in found.by_person.items()},
            images=[PairResultOut.of(each) for each in found.images],
        )


class ComparedOut(BaseModel):
    """A comparison as its lead sees it. problem: why its mattes could not be made."""

    id: int
    name: str
    project: int
    state: ComparisonState
    first: SourceOut
    second: SourceOut
    grounds: list[str]
    problem: str | None
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    results: ResultsOut


class NextPairOut(BaseModel):
    """pair: what to look at now, None at the end. following: the one behind it. left, right: addresses of pictures."""

    pair: int | None
    following: int | None
    left: str | None
    right: str | None
    grounds: list[str]
    seen: int
    pairs: int
