"""What people choose: the next pair for somebody, and their answer to it, once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.comparisons.comparison_errors import AlreadyAnsweredError, InvalidComparisonError
from annotation_store.comparisons.comparisons import find_comparison, read_pairs
from annotation_store.comparisons.sides import first_is_left, place_in_order
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.kinds import Choice
from annotation_store.records import ComparisonPairRecord, ComparisonRecord, PreferenceRecord
from annotation_store.states import ComparisonState
from annotation_store.store import Store

CONFIDENCES = (1, 2, 3)
"""Unsure, fairly sure, sure."""


class Liked(StrEnum):
    """What somebody likes better, by where it stands: whoever chooses does not know more."""

    LEFT = "left"
    RIGHT = "right"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Round:
    """How far somebody has come. pair: the one to look at now, None at the end; following: the one behind it."""

    pair: ComparisonPairRecord | None
    following: ComparisonPairRecord | None
    seen: int
    total: int


def is_shown(pair: ComparisonPairRecord) -> bool:
    """Whether people are asked about the pair: its mattes are made, and are not the very same."""
    return None not in (pair.first_blob, pair.second_blob) and pair.first_blob != pair.second_blob


def next_pair(store: Store, comparison_id: int, person: str) -> Round:
    """What this person is to look at: pairs without an answer of theirs, in an order of their own.

    Of a comparison that is not open there is none. Raises NotFoundError.
    """
    with store.database.read() as session:
        comparison = ComparisonRecord.of(find_comparison(session, comparison_id))
        shown = [pair for pair in read_pairs(session, comparison_id) if is_shown(pair)]
        answered = _answered(session, comparison_id, person)
    left = [pair for pair in shown if pair.id not in answered] if comparison.state is ComparisonState.OPEN else []
    left.sort(key=lambda pair: place_in_order(comparison, pair, person))
    pair, following = (*left[:2], None, None)[:2]
    return Round(pair, following, seen=sum(pair.id in answered for pair in shown), total=len(shown))


def shown_pair(store: Store, comparison_id: int, pair_id: int) -> tuple[ComparisonRecord, ComparisonPairRecord]:
    """A pair about which people are or were asked. Raises NotFoundError for every other."""
    with store.database.read() as session:
        return ComparisonRecord.of(find_comparison(session, comparison_id)), _find(session, comparison_id, pair_id)


def keep_preference(
    store: Store, comparison_id: int, pair_id: int, *, person: str, liked: Liked, confidence: int, ground: str
) -> PreferenceRecord:
    """Keep what somebody chose. ground: what the mattes stood on at that moment.

    The same choice once more changes nothing; another one is refused with AlreadyAnsweredError, since second thoughts
    about what one has seen before are no blind choice. Raises NotFoundError, InvalidComparisonError, and
    InvalidTransitionError if the comparison is not open.
    """
    if confidence not in CONFIDENCES:
        raise InvalidComparisonError("How sure somebody is goes from 1 (unsure) to 3 (sure).")
    with store.database.write() as session:
        comparison = ComparisonRecord.of(find_comparison(session, comparison_id))
        pair = _find(session, comparison_id, pair_id)
        if ground not in comparison.grounds:
            raise InvalidComparisonError(f"“{ground[:20]}” is no background of this comparison: reload the page.")
        on_left = first_is_left(comparison, pair, person)
        choice = _choice(liked, on_left)
        kept = session.scalar(select(schema.Preference).filter_by(pair_id=pair_id, person=person))
        if kept is not None:
            if kept.choice is not choice:
                raise AlreadyAnsweredError("You have chosen of this pair before: go on with the next one.")
            return PreferenceRecord.of(kept)
        if comparison.state is not ComparisonState.OPEN:
            raise InvalidTransitionError(
                f"“{comparison.name}” is {comparison.state.value}: nobody can choose in it now."
            )
        row = schema.Preference(
            pair_id=pair_id,
            person=person,
            first_was_left=on_left,
            choice=choice,
            confidence=confidence,
            ground=ground,
        )
        session.add(row)
        session.flush()
        return PreferenceRecord.of(row)


def progress_of(store: Store, comparison_ids: Collection[int], person: str) -> Mapping[int, tuple[int, int]]:
    """For each comparison, how many of its pairs this person has seen, and how many there are to see."""
    pair, answer = schema.ComparisonPair, schema.Preference
    shown = (
        select(pair.comparison_id, func.count(pair.id))
        .where(pair.comparison_id.in_(comparison_ids), pair.first_blob != pair.second_blob)
        .group_by(pair.comparison_id)
    )
    seen = shown.join(answer, answer.pair_id == pair.id).where(answer.person == person)
    with store.database.read() as session:
        totals, answered = ({row[0]: row[1] for row in session.execute(query)} for query in (shown, seen))
    return {number: (answered.get(number, 0), totals.get(number, 0)) for number in comparison_ids}


def _choice(liked: Liked, first_is_on_the_left: bool) -> Choice:
    if liked is Liked.NEITHER:
        return Choice.NEITHER
    return Choice.FIRST if (liked is Liked.LEFT) == first_is_on_the_left else Choice.SECOND


def _find(session: Session, comparison_id: int, pair_id: int) -> ComparisonPairRecord:
    row = session.get(schema.ComparisonPair, pair_id)
    if row is None or row.comparison_id != comparison_id or not is_shown(pair := ComparisonPairRecord.of(row)):
        raise NotFoundError(f"There is no pair number {pair_id} in this comparison: reload the page.")
    return pair


def _answered(session: Session, comparison_id: int, person: str) -> set[int]:
    query = (
        select(schema.Preference.pair_id)
        .join(schema.ComparisonPair, schema.ComparisonPair.id == schema.Preference.pair_id)
        .where(schema.ComparisonPair.comparison_id == comparison_id, schema.Preference.person == person)
    )
    return set(session.scalars(query))
