"""What came of a comparison: how often each side was preferred, and whether that is more than chance.

Several people who answer about the same pair see the same photo, so their answers depend on each other; a test that
counts each of them would be too sure. The test over pairs counts each photo once, by what most people chose, and is the
one to decide by. The test over answers is told beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from annotation_store import schema
from annotation_store.comparisons.comparisons import find_comparison, read_pairs
from annotation_store.comparisons.preferences import CONFIDENCES, is_shown
from annotation_store.comparisons.sign_test import SignTest, majority, sign_test
from annotation_store.kinds import Choice
from annotation_store.records import ComparisonPairRecord, PreferenceRecord
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class PairResult:
    """How often each matte of an image was chosen."""

    image_id: int
    name: str
    first: int
    second: int
    neither: int


@dataclass(frozen=True, slots=True)
class Results:
    """All of it. pairs: about which people are asked. alike: pairs left out, as both mattes are the very same.

    answered: pairs with an answer. over_pairs: each pair once, by its majority. over_answers: every answer. by_person:
    None where the project does not show figures of single people. images: where the first lost most comes first.
    on_left: how many of those who preferred one chose what stood on the left: about half of them, if people look.
    """

    pairs: int
    alike: int
    answered: int
    people: int
    answers: int
    on_left: int
    over_pairs: SignTest
    over_answers: SignTest
    by_confidence: Mapping[int, SignTest]
    by_person: Mapping[str, SignTest] | None
    images: tuple[PairResult, ...]


def results(store: Store, comparison_id: int) -> Results:
    """The results as they are now. Raises NotFoundError."""
    with store.database.read() as session:
        comparison = find_comparison(session, comparison_id)
        with_people = session.get_one(schema.Project, comparison.project_id).figures_by_person
        pairs = read_pairs(session, comparison_id)
        of_comparison = select(schema.ComparisonPair.id).filter_by(comparison_id=comparison_id)
        query = select(schema.Preference).where(schema.Preference.pair_id.in_(of_comparison))
        answers = [PreferenceRecord.of(row) for row in session.scalars(query.order_by(schema.Preference.id))]
        named = (
            select(schema.Image.id, schema.Image.name)
            .join(schema.ComparisonPair, schema.ComparisonPair.image_id == schema.Image.id)
            .where(schema.ComparisonPair.comparison_id == comparison_id)
        )
        names = {row.id: row.name for row in session.execute(named)}
    return summed_up(pairs, answers, names=names, with_people=with_people)


def summed_up(
    pairs: Sequence[ComparisonPairRecord],
    answers: Sequence[PreferenceRecord],
    *,
    names: Mapping[int, str],
    with_people: bool,
) -> Results:
    """The results of these answers about these pairs. names: of the images, by number."""
    shown = [pair for pair in pairs if is_shown(pair)]
    chosen: dict[int, list[Choice]] = {}
    for answer in answers:
        chosen.setdefault(answer.pair_id, []).append(answer.choice)
    people = sorted({answer.person for answer in answers})
    return Results(
        pairs=len(shown),
        alike=sum(pair.first_blob is not None and pair.first_blob == pair.second_blob for pair in pairs),
        answered=len(chosen),
        people=len(people),
        answers=len(answers),
        on_left=sum((each.choice is Choice.FIRST) == each.first_was_left for each in _preferring(answers)),
        over_pairs=sign_test(majority(each) for each in chosen.values()),
        over_answers=sign_test(each.choice for each in answers),
        by_confidence={
            sure: sign_test(each.choice for each in answers if each.confidence == sure) for sure in CONFIDENCES
        },
        by_person={name: sign_test(each.choice for each in answers if each.person == name) for name in people}
        if with_people
        else None,
        images=_images(shown, chosen, names),
    )


def _preferring(answers: Iterable[PreferenceRecord]) -> list[PreferenceRecord]:
    return [each for each in answers if each.choice is not Choice.NEITHER]


def _images(
    shown: Sequence[ComparisonPairRecord], chosen: Mapping[int, Sequence[Choice]], names: Mapping[int, str]
) -> tuple[PairResult, ...]:
    found = []
    for pair in shown:
        told = chosen.get(pair.id, ())
        first, second, neither = (sum(each is which for each in told) for which in Choice)
        found.append(PairResult(pair.image_id, names[pair.image_id], first, second, neither))
    return tuple(sorted(found, key=lambda each: (each.first - each.second, each.image_id)))
