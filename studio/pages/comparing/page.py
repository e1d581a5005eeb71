"""The page Compare: two mattes and a choice; for leads also what came of it, and a form to ask for more."""

from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from annotation_store.comparisons import comparisons, preparing
from annotation_store.comparisons.preferences import Liked, keep_preference, next_pair, progress_of
from annotation_store.comparisons.results import results
from annotation_store.people.roles import Ability
from annotation_store.records import ComparisonRecord
from annotation_store.states import ComparisonState
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.comparing.choosing_view import choosing_view, nothing_view, others_view
from studio.pages.comparing.comparisons_view import comparisons_view
from studio.pages.comparing.creating_part import build_creating_part
from studio.pages.comparing.presses import Press, PressKind
from studio.pages.comparing.results_view import results_view
from studio.pages.comparing.source_words import both_sides, matting_models
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.learning.deeds import DEEDS_SCRIPT
from studio.pages.sent_numbers import number_in
from studio.studio import Studio
from studio.visible_comparisons import visible_comparison

REFRESH_SECONDS = 4.0
MOST_OPEN, MOST_LISTED = 20, 40
CHOOSING_SCRIPT = (Path(__file__).parent / "choosing.js").read_text(encoding="utf-8")


def build_compare_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    choosing = gr.HTML(elem_id="choosing", padding=False, js_on_load=CHOOSING_SCRIPT)
    with gr.Column(visible=False) as leading:
        gr.Markdown(say("compare_lead_title"))
        answer = gr.HTML(elem_id="compare-answer", padding=False)
        listed = gr.HTML(elem_id="comparisons", padding=False, js_on_load=DEEDS_SCRIPT)
        shown = gr.HTML(elem_id="compare-results", padding=False)
        creating = build_creating_part(studio, say)
    current = gr.State(None)  # the comparison in which somebody chooses
    selected = gr.State(None)  # the one whose results are looked at
    seen = gr.State("")

    @guarded(Ability.LOOK)
    def open_page() -> object:
        return gr.update(visible=visitor_here().may(Ability.LEAD))

    @guarded(Ability.LOOK)
    def refresh(current: int | None, selected: int | None, seen: str, request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        parts = (_choosing(studio, current, words), *_leading(studio, selected, words))
        if (fingerprint := repr(parts)) == seen:
            return gr.skip(), gr.skip(), gr.skip(), seen
        return (*parts, fingerprint)

    @guarded(Ability.LOOK)
    def choose(current: int | None, request: gr.Request, event: gr.EventData) -> tuple[object, object]:
        """What a button of the pair says, or one that leads to another comparison."""
        words, data = Words.of(request), event._data if isinstance(event._data, dict) else {}
        comparison_id, refused = number_in(data.get("comparison")), ""
        try:
            if comparison_id is not None and "choice" in data:
                _keep(studio, comparison_id, data)
        except MattingError as error:
            refused = notice("bad", [str(error)], testid="compare-refused")
        now = comparison_id or current
        return refused + _choosing(studio, now, words), now

    @guarded(Ability.LEAD)
    def act(selected: int | None, request: gr.Request, event: gr.EventData) -> tuple[object, object]:
        press = Press.of(event)
        if press is None:
            return gr.skip(), selected
        try:
            _act(studio, press)
        except MattingError as error:
            return notice("bad", [str(error)], testid="compare-answer"), selected
        return "", press.number

    private = {"api_visibility": "private", "show_progress": "hidden"}
    view = {
        "fn": refresh,
        "inputs": [current, selected, seen],
        "outputs": [choosing, listed, shown, seen],
        **private,
    }
    page.load(open_page, None, leading, **private).then(**view)
    page.load(creating.offer, None, creating.offered, **private)
    gr.Timer(REFRESH_SECONDS).tick(**view)
    choosing.click(choose, current, [choosing, current], **private)
    listed.click(act, selected, [answer, selected], **private).then(**view)
    creating.button.click(creating.create, creating.inputs, answer, **private).then(**view)


def _choosing(studio: Studio, current: int | None, words: Words) -> str:
    """The pair of the comparison that somebody is at, else of one in which they have not seen all."""
    visitor, store = visitor_here(), studio.store
    open_now = comparisons.list_comparisons(
        store, project_ids=visitor.projects, states=[ComparisonState.OPEN], limit=MOST_OPEN
    )
    progress = progress_of(store, [each.id for each in open_now], visitor.name)
    open_now = tuple(each for each in open_now if progress[each.id][1])  # where all mattes are alike, nobody chooses
    if not open_now:
        return nothing_view(words)
    at = next((each for each in open_now if each.id == current), None) or _to_see(open_now, progress)
    now = next_pair(store, at.id, visitor.name)
    return others_view(open_now, progress, at.id, words) + choosing_view(at, now, words)


def _to_see(open_now: tuple[ComparisonRecord, ...], progress: Mapping[int, tuple[int, int]]) -> ComparisonRecord:
    """The oldest one with something left, else the newest."""
    unseen = [each for each in open_now if progress[each.id][0] < progress[each.id][1]]
    return unseen[-1] if unseen else open_now[0]


def _leading(studio: Studio, selected: int | None, words: Words) -> tuple[str, str]:
    """The list and the results, for leads alone."""
    visitor, store = visitor_here(), studio.store
    if not visitor.may(Ability.LEAD):
        return "", ""
    found = comparisons.list_comparisons(store, project_ids=visitor.projects, limit=MOST_LISTED)
    models = matting_models(store)
    pairs = {number: total for number, (_, total) in progress_of(store, [e.id for e in found], visitor.name).items()}
    at = next((each for each in found if each.id == selected), None)
    told = "" if at is None else results_view(at, results(store, at.id), both_sides(at, models, words), words)
    return comparisons_view(found, pairs, models, words, zone=studio.settings.zone), told


def _keep(studio: Studio, comparison_id: int, data: Mapping[str, object]) -> None:
    """Raises what `keep_preference` raises, and NotFoundError for a comparison of others."""
    visible_comparison(studio.store, visitor_here(), comparison_id)
    pair, sure, choice = number_in(data.get("pair")), number_in(data.get("sure")), str(data.get("choice"))
    if pair is None or choice not in set(Liked):
        return
    keep_preference(
        studio.store,
        comparison_id,
        pair,
        person=visitor_here().name,
        liked=Liked(choice),
        confidence=sure or 0,
        ground=str(data.get("ground")),
    )


def _act(studio: Studio, press: Press) -> None:
    """Raises NotFoundError, InvalidTransitionError."""
    store, by = studio.store, visitor_here().name
    visible_comparison(store, visitor_here(), press.number)
    match press.kind:
        case PressKind.CLOSE:
            comparisons.close_comparison(store, press.number, by=by)
        case PressKind.OPEN_AGAIN:
            comparisons.reopen_comparison(store, press.number, by=by)
        case PressKind.TRY_AGAIN:
            preparing.try_again(store, press.number, by=by)
            studio.jobs.compare()
        case PressKind.LOOK:
            pass
