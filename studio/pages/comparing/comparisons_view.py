"""The comparisons of a lead's projects: what is compared, how far it is, and what can be done."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from html import escape

from annotation_store.records import ComparisonRecord
from annotation_store.states import ComparisonState
from studio.i18n import Words
from studio.pages.comparing.presses import Press, PressKind, press_button
from studio.pages.comparing.source_words import Models, both_sides
from studio.pages.fragments import notice, pill, table

COLUMNS = ("name", "what", "state", "pairs", "deeds")
PILLS: Mapping[ComparisonState, str] = {
    ComparisonState.PREPARING: "run-running",
    ComparisonState.OPEN: "approved",
    ComparisonState.CLOSED: "plain",
    ComparisonState.FAILED: "failed",
}


def comparisons_view(
    found: Sequence[ComparisonRecord],
    pairs: Mapping[int, int],
    models: Models,
    words: Words,
    *,
    zone: tzinfo | None = None,
) -> str:
    """pairs: of each comparison, how many there are to see. zone: whose days are told."""
    if not found:
        return notice("plain", [words("no_comparisons")], testid="no-comparisons")
    head = [words(f"column_compare_{name}") for name in COLUMNS[:-1]]
    rows = [
        (
            f"<strong>{escape(each.name)}</strong><br>"
            f'<span class="quiet">{each.created_at.astimezone(zone):%Y-%m-%d} · {escape(each.created_by)}</span>',
            escape(words("compare_against", first=first, second=second)),
            pill(PILLS[each.state], words(f"comparison_{each.state.value}")) + _problem(each),
            str(pairs[each.id]) if each.state is not ComparisonState.PREPARING else "…",
            _buttons(each, words),
        )
        for each in found
        for first, second in [both_sides(each, models, words)]
    ]
    return table([*head, ""], rows, testid="comparisons")


def _problem(comparison: ComparisonRecord) -> str:
    return "" if comparison.problem is None else f'<p class="quiet">{escape(comparison.problem)}</p>'


def _buttons(comparison: ComparisonRecord, words: Words) -> str:
    def button(label: str, kind: PressKind, to: str | None = None) -> str:
        return press_button(label, Press(kind, comparison.id), to=to)

    found = []
    if comparison.state in (ComparisonState.OPEN, ComparisonState.CLOSED):
        found.append(button(words("compare_results"), PressKind.LOOK, to="compare-results"))
    if comparison.state in (ComparisonState.OPEN, ComparisonState.PREPARING):
        found.append(button(words("compare_close"), PressKind.CLOSE))
    if comparison.state is ComparisonState.CLOSED:
        found.append(button(words("compare_open_again"), PressKind.OPEN_AGAIN))
    if comparison.state is ComparisonState.FAILED:
        found.append(button(words("compare_try_again"), PressKind.TRY_AGAIN))
    return f'<div class="deeds">{"".join(found)}</div>'
