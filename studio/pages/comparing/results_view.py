"""What came of a comparison: in words first, then in tables."""

from collections.abc import Iterator
from html import escape

from annotation_store.comparisons.results import PairResult, Results
from annotation_store.comparisons.sign_test import SignTest
from annotation_store.records import ComparisonRecord
from annotation_store.states import ComparisonState
from studio.i18n import Words
from studio.pages.comparing.chance_words import how_often
from studio.pages.fragments import notice, table

CLEAR = 0.05
"""A result that chance alone brings about less often than this is called more than chance."""
MOST_IMAGES = 60


def results_view(comparison: ComparisonRecord, found: Results, sides: tuple[str, str], words: Words) -> str:
    """sides: what the first and the second are called. Of many images, those that the first lost most."""
    title = f"<h3>{escape(comparison.name)}</h3>"
    first, second = sides
    sentences = list(_sentences(found, first, second, words))
    is_open = comparison.state is ComparisonState.OPEN and found.answers > 0
    if is_open:  # who watches, and stops when it pleases, finds differences that are not there
        sentences.append(words("results_still_open"))
    said = notice("plain" if is_open else _kind(found), sentences, testid="compare-results")
    if not found.answers:
        return f'<div class="version">{title}{said}</div>'
    head = [first, second, words("liked_neither")]
    tables = [_table("sure", _by_confidence(found, words), head, words("results_by_sureness"))]
    if found.by_person is not None:
        people = [(escape(name), *_counts(test)) for name, test in found.by_person.items()]
        tables.append(_table("person", people, head, words("results_by_person")))
    images = [_image(each) for each in found.images[:MOST_IMAGES]]
    tables.append(_table("images", images, head, words("results_by_image")))
    link = (
        f'<p class="links"><a href="/api/v1/comparisons/{comparison.id}/results.csv" download>'
        f"{escape(words('compare_csv'))}</a></p>"
    )
    return f'<div class="version">{title}{said}{"".join(tables)}{link}</div>'


def _kind(found: Results) -> str:
    p_value = found.over_pairs.p_value
    return "good" if p_value is not None and p_value < CLEAR else "plain"


def _sentences(found: Results, first: str, second: str, words: Words) -> Iterator[str]:
    """By photos what counts; then what else is worth knowing."""
    if not found.answers:
        yield words("results_none")
    else:
        yield from _verdict(found.over_pairs, first, second, words)
        if found.people > 1 and found.over_answers.p_value is not None:
            every = found.over_answers
            often = how_often(found.over_answers.p_value, words)
            yield words("results_answers", first=every.first, second=every.second, often=often)
        yield words(
            "results_people", answers=found.answers, people=found.people, seen=found.answered, pairs=found.pairs
        )
        yield words("results_left", left=found.on_left, count=found.over_answers.preferred)
    if found.alike:
        yield words("results_alike", count=found.alike)


def _verdict(test: SignTest, first: str, second: str, words: Words) -> Iterator[str]:
    if test.p_value is None or test.share is None or test.low is None or test.high is None:
        yield words("results_ties", count=test.neither)
        return
    if test.first == test.second:
        yield words("results_even", first=first, second=second, count=test.first)
    else:
        won, winner = max((test.first, first), (test.second, second))
        often = how_often(test.p_value, words)
        yield words("results_preferred", won=won, count=test.preferred, winner=winner, often=often)
        yield words("results_clear") if test.p_value < CLEAR else words("results_open")
    low, share, high = (f"{100 * value:.0f}" for value in (test.low, test.share, test.high))
    yield words("results_share", name=first, share=share, low=low, high=high)
    if test.neither:
        yield words("results_neither", count=test.neither)


def _by_confidence(found: Results, words: Words) -> list[tuple[str, ...]]:
    return [(escape(words(f"sure_{sure}")), *_counts(test)) for sure, test in reversed(found.by_confidence.items())]


def _table(name: str, rows: list[tuple[str, ...]], head: list[str], title: str) -> str:
    return f"<h4>{escape(title)}</h4>" + table(["", *head], rows, testid=f"compare-by-{name}")


def _counts(test: SignTest) -> tuple[str, str, str]:
    return str(test.first), str(test.second), str(test.neither)


def _image(each: PairResult) -> tuple[str, ...]:
    link = f'<a href="/correct?image={each.image_id}">{escape(each.name)}</a>'
    return link, str(each.first), str(each.second), str(each.neither)
