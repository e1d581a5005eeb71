"""The rate card as a form: numbers, and a sheet of the classes of prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gradio as gr

from annotation_store.money.currencies import Currency
from annotation_store.money.rate_card import (
    STARTING_CARD,
    InvalidRateCardError,
    PriceClass,
    RateCard,
    current_card,
    in_currency,
    keep_card,
)
from annotation_store.people.roles import Ability
from annotation_store.tags import split_tags
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.studio import Studio

NUMBERS = (
    *("operator_wage", "reviewer_wage", "engineer_wage", "upkeep_hours_per_month", "setup_cost", "outside_extra"),
    *("machine_price", "machine_months", "watts", "electricity_price", "cloud_gpu_hour", "gpu_speed"),
)
"""Fields of the card that are numbers, in the order of the form."""
CLASS_COLUMNS = ("name", "from_complexity", "low", "high", "tags")
_IN_A_ROW = 4


class NoNumberError(ValueError):
    """text: what stands in the place of a number. name: of the row or the field."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.text, self.name = text, name


@dataclass(frozen=True, slots=True)
class CardPart:
    """load: the event that fills the form. saved: after which all money is to be calculated anew."""

    load: Mapping[str, object]
    saved: gr.events.Dependency


def build_card_part(studio: Studio, say: gr.I18n) -> CardPart:
    """Closed until somebody opens it."""
    store = studio.store
    with gr.Accordion(say("card_title"), open=False, elem_id="rate-card"):
        gr.Markdown(say("card_info"))
        with gr.Row():
            currency = gr.Dropdown([each.value for each in Currency], label=say("card_currency"), min_width=140)
            yen = gr.Number(label=say("card_jpy"), min_width=140)
            euro = gr.Number(label=say("card_eur"), min_width=140)
        numbers: list[gr.Number] = []
        for start in range(0, len(NUMBERS), _IN_A_ROW):
            with gr.Row():
                numbers += [
                    gr.Number(label=say(f"card_{name}"), min_width=140, elem_id=f"card-{name}")
                    for name in NUMBERS[start : start + _IN_A_ROW]
                ]
        gr.Markdown(say("card_classes_info"))
        classes = gr.Dataframe(
            headers=list(CLASS_COLUMNS),
            datatype=["str", "number", "number", "number", "str"],
            type="array",
            row_count=1,
            column_count=(len(CLASS_COLUMNS), "fixed"),
            interactive=True,
            show_label=False,
            elem_id="card-classes",
        )
        with gr.Row():
            save = gr.Button(say("card_save"), variant="primary", elem_id="card-save")
            usual = gr.Button(say("card_starting"), elem_id="card-starting")
        answer = gr.HTML(elem_id="card-answer", padding=False)
        written_in = gr.State(STARTING_CARD.currency.value)
    fields = [currency, yen, euro, *numbers, classes]

    @guarded(Ability.LEAD)
    def show(request: gr.Request) -> tuple[object, ...]:
        card = current_card(store)
        return (*_shown(card, Words.of(request)), card.currency.value)

    @guarded(Ability.LEAD)
    def keep(request: gr.Request, *values: object) -> str:
        words = Words.of(request)
        try:
            keep_card(store, card_of(values), by=visitor_here().name)
        except NoNumberError as error:
            told = words("card_no_number", text=error.text, name=_named(error.name, words))
            return notice("bad", [told], testid="card-answer")
        except InvalidRateCardError as error:
            return notice("bad", [str(error)], testid="card-answer")
        return notice("good", [words("card_saved")], testid="card-answer")

    @guarded(Ability.LEAD)
    def bring_back(wanted: str, request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        card = in_currency(STARTING_CARD, Currency(wanted))
        return *_shown(card, words), card.currency.value, notice("plain", [words("card_filled")], testid="card-answer")

    @guarded(Ability.LEAD)
    def convert(request: gr.Request, before: str, *values: object) -> tuple[object, ...]:
        """The same amounts in another currency, as far as what stands there is a card."""
        try:
            card = in_currency(card_of((before, *values[1:])), Currency(str(values[0])))
        except (NoNumberError, InvalidRateCardError):
            return (*[gr.skip()] * len(values), values[0])
        return (*_shown(card, Words.of(request)), card.currency.value)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    saved = save.click(keep, fields, answer, **private)
    usual.click(bring_back, currency, [*fields, written_in, answer], **private)
    currency.input(convert, [written_in, *fields], [*fields, written_in], **private)
    return CardPart({"fn": show, "inputs": None, "outputs": [*fields, written_in], **private}, saved)


def card_of(values: Sequence[object]) -> RateCard:
    """The card of a form: currency, yen and euro for a dollar, the numbers, the sheet of classes.

    Raises InvalidRateCardError, NoNumberError.
    """
    currency, yen, euro, *numbers, rows = values
    named = {name: _number(value, name) for name, value in zip(NUMBERS, numbers, strict=True)}
    exchange = {Currency.JPY: _number(yen, "JPY"), Currency.USD: 1.0, Currency.EUR: _number(euro, "EUR")}
    classes = tuple(_class(row) for row in rows if any(_text(cell) for cell in row))  # type: ignore[attr-defined]
    return RateCard(currency=Currency(str(currency)), exchange=exchange, classes=classes, **named)


def _class(row: Sequence[object]) -> PriceClass:
    name, edge, low, high, tags = row
    called = _text(name)
    numbers = (_number(value, called) for value in (edge, low, high))
    return PriceClass(called, *numbers, tags=split_tags(_text(tags)))


def _shown(card: RateCard, words: Words) -> tuple[object, ...]:
    rows = [
        [each.name, each.from_complexity, _short(each.low), _short(each.high), ", ".join(each.tags)]
        for each in card.classes
    ]
    head = [words(f"card_class_{name}") for name in CLASS_COLUMNS]
    exchange = (card.exchange[Currency.JPY], card.exchange[Currency.EUR])
    numbers = (_short(getattr(card, name)) for name in NUMBERS)
    return card.currency.value, *exchange, *numbers, gr.update(value=rows, headers=head)


def _named(field: str, words: Words) -> str:
    """As the form calls it; a class by its own name."""
    titles = {name: f"card_{name}" for name in NUMBERS} | {"JPY": "card_jpy", "EUR": "card_eur"}
    return words(titles[field]) if field in titles else field


def _short(amount: float) -> float:
    """Without the tail that a change of currency leaves."""
    return float(f"{amount:.6g}")


def _number(value: object, name: str) -> float:
    try:
        return float(_text(value))
    except ValueError:
        raise NoNumberError(_text(value), name) from None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
