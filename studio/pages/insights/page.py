"""The page Insights: filters, and four tabs of figures with their ranges, formulas, charts and tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import gradio as gr

from annotation_store.insights.grouping import Dimension
from annotation_store.learning import model_registry
from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.insights.asking import Asked, NoPersonsError, Topic
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.insights.addresses import csv_address
from studio.pages.insights.alarms_part import ALARM_SCRIPT, accept, alarms_view
from studio.pages.insights.card_part import build_card_part
from studio.pages.insights.filters_part import build_filters_part
from studio.pages.insights.periods import NotADateError
from studio.pages.insights.sheet_view import sheet_view
from studio.studio import Studio


def build_insights_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    gr.Markdown(say("insights_title"))
    filters = build_filters_part(studio, say)
    answer = gr.HTML(elem_id="insights-answer", padding=False)
    views: dict[Topic, gr.HTML] = {}
    tabs: dict[Topic, gr.Tab] = {}
    with gr.Tabs(elem_id="insights-tabs"):
        for topic in Topic:
            with gr.Tab(say(f"topic_{topic.value}"), id=topic.value) as tabs[topic]:
                if topic is Topic.QUALITY:
                    alarm_answer = gr.HTML(elem_id="alarm-answer", padding=False)
                    alarms = gr.HTML(elem_id="alarms", padding=False, js_on_load=ALARM_SCRIPT)
                views[topic] = gr.HTML(elem_id=f"insights-{topic.value}", padding=False)
                if topic is Topic.MONEY:
                    card = build_card_part(studio, say)
    shown = gr.State(Topic.TIME.value)

    @guarded(Ability.LEAD)
    def show(request: gr.Request, topic: str, *values: object) -> tuple[object, ...]:
        """The tab that is looked at; the others are made when somebody turns to them."""
        words, wanted = Words.of(request), Topic(topic)
        told, drawn = _draw(studio, wanted, filters.read, values, words)
        seen = [drawn if each is wanted else gr.skip() for each in Topic]
        drifts = gr.skip()
        if wanted is Topic.QUALITY:
            drifts = alarms_view(store, visitor_here(), values[0] if isinstance(values[0], int) else None, words)
        return told, *seen, drifts

    @guarded(Ability.LEAD)
    def accept_new_normal(request: gr.Request, event: gr.EventData) -> str:
        data = event._data if isinstance(event._data, dict) else {}
        told = accept(store, data.get("alarm"), Words.of(request), visitor=visitor_here())
        studio.insights.forget()
        return told

    private = {"api_visibility": "private", "show_progress": "hidden"}
    view = {"fn": show, "inputs": [shown, *filters.inputs], "outputs": [answer, *views.values(), alarms], **private}
    page.load(**filters.load).then(**view)
    page.load(**card.load)
    for field in filters.inputs:
        field.input(**view)
    for topic, tab in tabs.items():
        tab.select(_turn_to(topic), None, shown, **private).then(**view)
    card.saved.then(**view)
    alarms.click(accept_new_normal, None, alarm_answer, **private).then(**view)


def _turn_to(topic: Topic) -> Callable[[], str]:
    @guarded(Ability.LEAD)
    def turn() -> str:
        return topic.value

    return turn


def _draw(
    studio: Studio, topic: Topic, read: Callable[[Sequence[object]], Asked], values: Sequence[object], words: Words
) -> tuple[str, object]:
    """What there is to say about what was asked, and the tab."""
    told = ""
    try:
        asked = read(values)
        try:
            sheet = studio.insights.sheet(topic, asked, visitor_here(), words)
        except NoPersonsError:
            told = notice("plain", [words("persons_off")], testid="persons-off")
            asked = replace(asked, by=Dimension.TAG)
            sheet = studio.insights.sheet(topic, asked, visitor_here(), words)
    except NotADateError as error:
        return notice("bad", [words("period_not_understood", text=error.text)], testid="insights-answer"), gr.skip()
    except MattingError as error:
        return notice("bad", [str(error)], testid="insights-answer"), gr.skip()
    models = {model.id: model.name for model in model_registry.list_models(studio.store)}
    return told, sheet_view(
        sheet, words, lambda table: csv_address(topic, asked, table, models), zone=studio.insights.zone
    )
