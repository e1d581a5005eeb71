"""What those who choose see: two cut-outs, what they may say of them, and how far they are.

Nothing here names an image or a source, so that nobody chooses by anything but what they see.
"""

from collections.abc import Mapping, Sequence
from html import escape

from annotation_store.comparisons.comparisons import CHECKER
from annotation_store.comparisons.preferences import CONFIDENCES, Liked, Round
from annotation_store.comparisons.sides import Side
from annotation_store.records import ComparisonRecord
from studio.api.comparisons import address_of
from studio.i18n import Words
from studio.pages.fragments import notice, progress_bar

ARROWS: Mapping[Liked, str] = {Liked.LEFT: "←", Liked.NEITHER: "↓", Liked.RIGHT: "→"}
IN_ORDER = (Liked.LEFT, Liked.NEITHER, Liked.RIGHT)


def choosing_view(comparison: ComparisonRecord, now: Round, words: Words) -> str:
    """The pair of `now`, or thanks at the end."""
    progress = words("compare_progress", seen=now.seen, total=now.total)
    bar = progress_bar(now.seen / now.total if now.total else 1, progress)
    if now.pair is None:
        return notice("good", [words("compare_done"), progress], testid="compare-done")
    title = f"<h2>{escape(words('compare_question'))}</h2>"
    return (
        f'<section class="comparing" data-testid="comparing" data-pair="{now.pair.id}" '
        f'data-comparison="{comparison.id}"><div class="comparing-head">{title}{_tools(comparison, words)}</div>'
        f'<div class="sides">{_side(comparison.id, now.pair.id, Side.LEFT, words)}'
        f"{_side(comparison.id, now.pair.id, Side.RIGHT, words)}</div>"
        f"{_sureness(words)}{_choices(words)}{_ahead(comparison.id, now)}{bar}"
        f'<p class="quiet keys">{escape(words("compare_keys"))}</p></section>'
    )


def others_view(
    open_now: Sequence[ComparisonRecord], progress: Mapping[int, tuple[int, int]], current: int | None, words: Words
) -> str:
    """All comparisons in which somebody can choose, to go from one to another; empty while there is one alone."""
    if len(open_now) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" class="deed" data-comparison="{each.id}" aria-pressed="{_is(each.id == current)}">'
        f'{escape(each.name)} <span class="quiet">{progress[each.id][0]} / {progress[each.id][1]}</span></button>'
        for each in open_now
    )
    return f'<p class="deeds comparing-others">{buttons}</p>'


def nothing_view(words: Words) -> str:
    return notice("plain", [words("compare_none"), words("compare_none_hint")], testid="compare-none")


def _tools(comparison: ComparisonRecord, words: Words) -> str:
    grounds = "".join(_ground(ground, words) for ground in comparison.grounds)
    title, closer = escape(words("compare_ground"), quote=True), escape(words("compare_detail"))
    return (
        f'<div class="comparing-tools"><span class="quiet">{title}</span>'
        f'<span class="grounds" role="group" aria-label="{title}">{grounds}</span>'
        f'<button type="button" class="deed" data-detail aria-pressed="false">{closer}</button></div>'
    )


def _ground(ground: str, words: Words) -> str:
    name = escape(words("compare_checker") if ground == CHECKER else ground, quote=True)
    look = 'class="ground checker"' if ground == CHECKER else f'class="ground" style="background:{ground}"'
    return f'<button type="button" {look} data-ground="{ground}" title="{name}" aria-label="{name}"></button>'


def _side(comparison_id: int, pair_id: int, side: Side, words: Words) -> str:
    name = escape(words(f"compare_side_{side.value}"), quote=True)
    lost = escape(words("compare_lost"), quote=True)
    address = address_of(comparison_id, pair_id, side)
    return (
        f'<figure class="side" data-testid="side-{side.value}" data-lost="{lost}">'
        f'<img data-address="{address}" alt="{name}" draggable="false"><figcaption>{name}</figcaption></figure>'
    )


def _sureness(words: Words) -> str:
    title = escape(words("compare_sure"))
    buttons = "".join(
        f'<button type="button" class="deed" data-sure="{sure}" aria-pressed="false">'
        f"<kbd>{sure}</kbd> {escape(words(f'sure_{sure}'))}</button>"
        for sure in CONFIDENCES
    )
    return f'<div class="sureness" role="group" aria-label="{title}"><span class="quiet">{title}</span>{buttons}</div>'


def _choices(words: Words) -> str:
    buttons = "".join(
        f'<button type="button" data-choice="{liked.value}" data-testid="choose-{liked.value}" disabled>'
        f'<span aria-hidden="true">{ARROWS[liked]}</span> {escape(words(f"liked_{liked.value}"))}</button>'
        for liked in IN_ORDER
    )
    return f'<div class="choices">{buttons}</div>'


def _ahead(comparison_id: int, now: Round) -> str:
    """The pictures of the pair behind, loaded while this one is looked at."""
    if now.following is None:
        return ""
    pictures = "".join(
        f'<img data-address="{address_of(comparison_id, now.following.id, side)}" alt="" hidden>' for side in Side
    )
    return f'<div class="ahead" aria-hidden="true">{pictures}</div>'


def _is(true: bool) -> str:
    return "true" if true else "false"
