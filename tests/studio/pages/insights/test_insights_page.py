from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.context import LocalContext
from small_worth import finish, raise_alarm, show_persons

from annotation_store.insights.drift import list_alarms
from annotation_store.kinds import Role
from annotation_store.money.rate_card import STARTING_CARD, current_card
from annotation_store.projects import create_project
from studio.i18n import gradio_texts
from studio.pages.insights.card_part import NUMBERS
from studio.pages.insights.page import build_insights_page
from studio.sign_in.visitor import Visitor, local_user

FILTERS = (0, "twelve_weeks", "", "", "", "", "tag", "")
CLASSES = [["simple", 0, 0.5, 2, ""], ["hair", "0.4", "6", 15, "hair, 髪"]]


@pytest.fixture
def page(studio, ask_as):
    """``page("show", "time", …)``: functions that take any number of values get the request first."""
    with gr.Blocks() as built:
        build_insights_page(studio, gradio_texts(), built)
    found = {each.fn.__name__: each.fn for each in built.fns.values() if each.fn}
    ask_as(local_user("keiko"))
    return lambda name, *arguments: found[name](LocalContext.request.get(), *arguments)


def show(page, topic, **changes):
    names = ("project", "period", "since", "until", "tag", "model", "by", "currency")
    values = dict(zip(names, FILTERS, strict=True)) | changes
    answer, *views, alarms = page("show", topic, *values.values())
    return answer, views[("time", "quality", "money", "compute").index(topic)], alarms


def card_values(**changes):
    numbers = [changes.get(name, getattr(STARTING_CARD, name)) for name in NUMBERS]
    return [changes.get("currency", "USD"), 150, 0.9, *numbers, changes.get("classes", CLASSES)]


@pytest.mark.parametrize("topic", ["time", "quality", "money"])
def test_without_approved_images_a_tab_says_so(page, topic):
    assert "No image was approved in this choice yet" in show(page, topic)[1]


@pytest.mark.parametrize("topic", ["time", "quality", "money", "compute"])
def test_a_tab_has_large_figures_charts_and_their_csv(studio, page, topic):
    finish(studio.store, 1, tag="<b>hair")
    _, view, _ = show(page, topic)
    assert f'data-testid="sheet-{topic}"' in view
    assert view.count('class="tile"') >= 5
    assert f'href="/api/v1/insights/{topic}.csv?table=' in view
    assert "<b>hair" not in view


def test_only_the_tab_that_is_looked_at_is_made(studio, page):
    finish(studio.store, 1)
    _, *views, _ = page("show", "money", *FILTERS)
    assert [isinstance(view, str) for view in views] == [False, False, True, False]


def test_the_links_ask_for_what_is_shown(studio, page):
    finish(studio.store, 1, tag="hair & fur")
    _, view, _ = show(page, "time", tag="hair & fur", by="model", period="own", since="2020/01/02")
    assert "since=2020-01-02&amp;tag=hair+%26+fur&amp;by=model" in view


def test_what_is_no_date_is_said(page):
    answer, view, _ = show(page, "time", period="own", since="spring")
    assert "“spring” is no date" in answer
    assert not isinstance(view, str)
    assert "before it begins" in show(page, "time", period="own", since="2026-02-01", until="2026-01-01")[0]


def test_figures_of_people_are_refused_with_who_can_switch_them_on_and_the_rest_is_shown(studio, page):
    finish(studio.store, 1, person="ren")
    answer, view, _ = show(page, "time", by="person")
    assert "An admin can switch them on" in answer
    assert "ren" not in view.replace("current", "")
    show_persons(studio.store)
    answer, view, _ = show(page, "time", by="person")
    assert answer == ""
    assert "<td>ren</td>" in view


def test_an_alarm_is_shown_and_accepted_by_its_button(studio, page):
    number = raise_alarm(studio.store)
    assert "Lightness (0 to 100) in General: 48.5 lately, 62 before" in show(page, "quality")[2]
    event = SimpleNamespace(_data={"alarm": str(number)})
    assert "Accepted" in page("accept_new_normal", event)
    assert list_alarms(studio.store) == ()
    assert show(page, "quality")[2] == ""


@pytest.mark.parametrize("sent", [None, {}, {"alarm": "x"}, {"alarm": "9" * 30}, {"alarm": "-1"}])
def test_what_no_button_of_ours_says_accepts_nothing(studio, page, sent):
    raise_alarm(studio.store)
    assert "has ended meanwhile" in page("accept_new_normal", SimpleNamespace(_data=sent))
    assert len(list_alarms(studio.store)) == 1


def test_a_lead_accepts_no_alarm_of_others(studio, page, ask_as):
    other = create_project(studio.store, "Boots", by="ren").id
    number = raise_alarm(studio.store, other)
    ask_as(Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({1}), person_id=3))
    assert show(page, "quality")[2] == ""
    assert "has ended meanwhile" in page("accept_new_normal", SimpleNamespace(_data={"alarm": str(number)}))
    assert len(list_alarms(studio.store)) == 1


def test_operators_get_no_figures(page, ask_as):
    ask_as(Visitor(name="aki", display_name="Aki", role=Role.OPERATOR, projects=frozenset({1}), person_id=4))
    for name, arguments in (("show", ("time", *FILTERS)), ("keep", card_values()), ("accept_new_normal", (None,))):
        with pytest.raises(gr.Error):
            page(name, *arguments)


def test_a_rate_card_is_saved(studio, page):
    assert "Saved." in page("keep", *card_values(operator_wage="25.5"))
    card = current_card(studio.store)
    assert card.operator_wage == 25.5
    assert [(each.name, each.from_complexity, each.high, each.tags) for each in card.classes] == [
        ("simple", 0.0, 2.0, ()),
        ("hair", 0.4, 15.0, ("hair", "髪")),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"operator_wage": None}, "“” is no number: write one for “Operator, per hour”"),
        ({"classes": [["simple", "none", 1, 2, ""]]}, "“none” is no number: write one for “simple”"),
        ({"operator_wage": -2}, "operator wage is -2"),
        ({"classes": [["", None, None, None, ""]]}, "1 to 20 classes"),
    ],
)
def test_a_card_that_is_not_understood_is_said_and_not_saved(studio, page, change, words):
    assert words in page("keep", *card_values(**change))
    assert current_card(studio.store) == STARTING_CARD


def test_another_currency_converts_what_stands_in_the_form(page):
    values = page("convert", "USD", *card_values(currency="JPY"))
    assert values[0] == values[-1] == "JPY"
    assert values[3 + NUMBERS.index("operator_wage")] == 150 * STARTING_CARD.operator_wage
    assert values[3 + NUMBERS.index("watts")] == STARTING_CARD.watts
