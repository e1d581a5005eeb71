"""Which photos the figures are about: project, period, tag, model version, what to compare by, currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import gradio as gr

from annotation_store.insights.grouping import Dimension
from annotation_store.learning import model_registry
from annotation_store.money.currencies import Currency
from annotation_store.people.roles import Ability
from annotation_store.tags import list_tags
from studio.i18n import Words
from studio.insights.asking import Asked
from studio.pages.door import guarded, visitor_here
from studio.pages.insights.periods import Period, days_of
from studio.pages.project_choice import project_choice
from studio.studio import Studio

EVERY = ""
COMPARED = (Dimension.TAG, Dimension.MODEL, Dimension.PROJECT, Dimension.PERSON)
"""What can be chosen; weeks are always shown."""


@dataclass(frozen=True, slots=True)
class FiltersPart:
    """inputs: all fields, in the order in which `read` understands their values. load: the event that fills them."""

    studio: Studio
    inputs: Sequence[gr.components.Component]
    load: Mapping[str, object]

    def read(self, values: Sequence[object]) -> Asked:
        """What is asked for. Raises InvalidPeriodError, NotADateError; ValueError for what no field offers."""
        project, period, since, until, tag, model, by, currency = values
        today = datetime.now(self.studio.insights.zone).date()
        first, last = days_of(Period(str(period)), str(since or ""), str(until or ""), today=today)
        return Asked(
            project=int(str(project)) if project else None,
            since=first,
            until=last,
            tag=str(tag) if tag else None,
            model=int(str(model)) if model else None,
            by=Dimension(str(by)),
            currency=Currency(str(currency)) if currency else None,
        )


def build_filters_part(studio: Studio, say: gr.I18n) -> FiltersPart:
    """One row of choices; a second one for dates."""
    store = studio.store
    with gr.Row(elem_id="insights-filters"):
        project = gr.Dropdown(
            label=say("project"), choices=[], visible=False, min_width=150, elem_id="insights-project"
        )
        period = gr.Dropdown(
            [(say(f"period_{each.value}"), each.value) for each in Period],
            value=Period.TWELVE_WEEKS.value,
            label=say("period"),
            min_width=150,
            elem_id="insights-period",
        )
        tag = gr.Dropdown([], label=say("insights_tag"), min_width=150, elem_id="insights-tag")
        model = gr.Dropdown([], label=say("insights_model"), min_width=150, elem_id="insights-model")
        by = gr.Dropdown(
            [(say(f"grouped_by_{each.value}"), each.value) for each in COMPARED],
            value=Dimension.TAG.value,
            label=say("insights_by"),
            min_width=150,
            elem_id="insights-by",
        )
        currency = gr.Dropdown(
            [(say("currency_of_card"), EVERY), *((each.value, each.value) for each in Currency)],
            value=EVERY,
            label=say("currency"),
            min_width=150,
            elem_id="insights-currency",
        )
    with gr.Row(visible=False) as dates:
        since = gr.Textbox(label=say("period_since"), info=say("period_date_info"), elem_id="insights-since")
        until = gr.Textbox(label=say("period_until"), info=say("period_date_info"), elem_id="insights-until")

    @guarded(Ability.LEAD)
    def fill(request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        tags = [(each.tag, each.tag) for each in list_tags(store, project_ids=visitor_here().projects)]
        models = [(each.name, str(each.id)) for each in model_registry.list_models(store)]
        return (
            project_choice(store, words),
            gr.update(choices=[(words("every_tag"), EVERY), *tags], value=EVERY),
            gr.update(choices=[(words("every_model"), EVERY), *models], value=EVERY),
        )

    @guarded(Ability.LEAD)
    def offer_dates(chosen: str) -> object:
        return gr.update(visible=chosen == Period.OWN)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    period.input(offer_dates, period, dates, **private)
    load = {"fn": fill, "inputs": None, "outputs": [project, tag, model], **private}
    return FiltersPart(studio, [project, period, since, until, tag, model, by, currency], load)
