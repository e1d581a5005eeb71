from types import SimpleNamespace

import gradio as gr
import pytest
from compared_discs import approve_corrected, compare_discs

from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparisons import close_comparison, get_comparison, list_comparisons, list_pairs
from annotation_store.comparisons.preferences import next_pair
from annotation_store.comparisons.results import results
from annotation_store.kinds import MatteSource, Role
from annotation_store.projects import create_project
from annotation_store.states import ComparisonState
from studio.i18n import gradio_texts
from studio.pages.comparing.page import build_compare_page
from studio.sign_in.visitor import Visitor

FORM = ("Round 1", "draft", "approved", 2, "", ["checker"], "#336699")


@pytest.fixture
def page(studio, ask_as):
    """``page("refresh", None, None, "")``: a function of the page, called with the request where Gradio passes it."""
    with gr.Blocks() as built:
        build_compare_page(studio, gradio_texts(), built)
    found = {each.fn.__name__: each.fn for each in built.fns.values() if each.fn}
    ask_as(come("keiko", Role.ADMIN, None))
    request = SimpleNamespace(headers={"accept-language": "en"})

    def call(name, *arguments, event=None):
        match name:
            case "open_page":
                return found[name]()
            case "create":
                return found[name](request, *arguments)
            case "choose" | "act":
                return found[name](*arguments, request, SimpleNamespace(_data=event))
        return found[name](*arguments, request)

    return call


def come(name="mika", role=Role.OPERATOR, project=1):
    projects = None if project is None else frozenset({project})
    return Visitor(name=name, display_name=name, role=role, projects=projects, person_id=3)


@pytest.fixture
def comparison(studio):
    return compare_discs(studio.store)


def answer(pair, comparison, choice="left"):
    """What the script of the page sends."""
    numbers = {"pair": str(pair), "comparison": str(comparison.id), "sure": "2"}
    return {"choice": choice, "ground": "checker", **numbers}


def test_without_a_comparison_there_is_nothing_to_choose(page):
    choosing, listed, shown, _ = page("refresh", None, None, "")
    assert "nothing to compare" in choosing
    assert "No comparisons yet" in listed
    assert shown == ""


def test_somebody_who_leads_nothing_sees_a_pair_and_no_word_of_whose_it_is(page, ask_as, comparison):
    ask_as(come())
    assert page("open_page")["visible"] is False
    choosing, listed, shown, _ = page("refresh", None, None, "")
    assert (listed, shown) == ("", "")
    assert f'data-comparison="{comparison.id}"' in choosing
    for word in ("approved", "draft", "disc_", "Hair"):
        assert word not in choosing


def test_what_has_not_changed_is_not_sent_again(page, comparison):
    seen = page("refresh", None, None, "")[-1]
    assert page("refresh", None, None, seen)[-1] == seen
    assert page("refresh", None, comparison.id, seen)[-1] != seen


def test_a_choice_is_kept_and_leads_to_the_next_pair(page, ask_as, studio, comparison):
    ask_as(come())
    first = next_pair(studio.store, comparison.id, "mika").pair
    shown, current = page("choose", None, event=answer(first.id, comparison))
    following = next_pair(studio.store, comparison.id, "mika").pair
    assert current == comparison.id
    assert f'data-pair="{following.id}"' in shown
    assert "1 of 3 pairs seen" in shown
    again, _ = page("choose", current, event=answer(first.id, comparison, "right"))
    assert "chosen of this pair before" in again
    for pair in list_pairs(studio.store, comparison.id):
        last, _ = page("choose", current, event=answer(pair.id, comparison))
    assert "thank you" in last


@pytest.mark.parametrize(
    "event",
    [
        None,
        "text",
        {"comparison": "1", "choice": "both", "pair": "1"},
        {"comparison": "1", "choice": "left", "pair": "one"},
        {"comparison": "-1", "choice": "left", "pair": "1"},
        {"comparison": "999", "choice": "left", "pair": "1"},
        {"comparison": "1", "choice": "left", "pair": "1", "sure": "9", "ground": "checker"},
        {"comparison": "1", "choice": "left", "pair": "1", "sure": "2", "ground": "<b>"},
    ],
)
def test_what_a_browser_makes_up_keeps_nothing_and_shows_the_pair_again(page, studio, comparison, event):
    shown, _ = page("choose", None, event=event)
    assert 'data-testid="comparing"' in shown
    assert "<b>" not in shown
    assert results(studio.store, comparison.id).answers == 0


def test_one_goes_from_one_comparison_to_another(page, studio, ask_as, comparison):
    images = [pair.image_id for pair in list_pairs(studio.store, comparison.id)]
    other = compare_discs(studio.store, number=0, image_ids=images, name="<b>Glass</b>")
    ask_as(come())
    shown, current = page("choose", None, event={"comparison": str(other.id)})
    assert current == other.id
    assert f'data-comparison="{other.id}" aria-pressed="true"' in shown
    assert "&lt;b&gt;Glass&lt;/b&gt;" in shown
    assert page("refresh", None, None, "")[0].count("data-pair=") == 1


def test_people_of_another_project_see_and_keep_nothing(page, studio, ask_as, comparison):
    other = create_project(studio.store, "Boots", by="ren")
    ask_as(come(role=Role.LEAD, project=other.id))
    choosing, listed, shown, _ = page("refresh", comparison.id, comparison.id, "")
    assert "nothing to compare" in choosing
    assert "No comparisons yet" in listed
    assert shown == ""
    pair = list_pairs(studio.store, comparison.id)[0]
    assert "no comparison number" in page("choose", None, event=answer(pair.id, comparison))[0]
    told, selected = page("act", None, event={"deed": f"close:{comparison.id}"})
    assert "no comparison number" in told
    assert selected is None
    assert results(studio.store, comparison.id).answers == 0
    assert get_comparison(studio.store, comparison.id).state is ComparisonState.OPEN


def test_a_lead_asks_for_a_comparison_with_the_form(page, studio):
    for seed in (1, 2, 3):
        approve_corrected(studio.store, f"disc_{seed}.png", seed)
    assert "“Round 1” is being prepared" in page("create", 1, *FORM)
    (made,) = list_comparisons(studio.store)
    assert (made.first, made.second) == (MatteSource.DRAFT, MatteSource.APPROVED)
    assert list(made.grounds) == ["checker", "#336699"]
    assert len(list_pairs(studio.store, made.id)) == 2
    assert len(studio.jobs) == 1
    assert "being prepared" in page("refresh", None, None, "")[1]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (0, None, "Choose a project"),
        (0, 999, "No image was chosen"),
        (2, None, "Choose what is compared"),
        (2, "approved", "two different sources"),
        (2, "model:x", "Name a model version"),
        (5, "glass", "No image was chosen"),
        (7, "white", "write a colour"),
    ],
)
def test_a_form_that_cannot_be_is_refused_in_words(page, studio, place, value, said):
    approve_corrected(studio.store, "disc_1.png", 1)
    asked = [1, *FORM]
    asked[place] = value
    assert said in page("create", *asked)
    assert list_comparisons(studio.store) == ()


def test_a_lead_asks_for_nothing_in_a_project_of_others(page, studio, ask_as):
    approve_corrected(studio.store, "disc_1.png", 1)
    ask_as(come(role=Role.LEAD, project=create_project(studio.store, "Boots", by="ren").id))
    assert "Choose a project of yours first" in page("create", 1, *FORM)
    assert list_comparisons(studio.store) == ()


def test_models_are_offered_by_their_names(page, ask_as):
    project, first, second = page("offer")
    labels = [label for label, _ in first["choices"]]
    assert "the model closed-form" in labels
    assert "what people approved" in labels
    assert second["value"] == "approved"
    assert project["visible"] is False
    ask_as(come())
    assert "choices" not in page("offer")[0]


def test_a_lead_looks_closes_opens_again_and_tries_again(page, studio, comparison):
    assert page("act", None, event={"deed": f"look:{comparison.id}"}) == ("", comparison.id)
    assert "Nobody has chosen yet" in page("refresh", None, comparison.id, "")[2]
    page("act", None, event={"deed": f"close:{comparison.id}"})
    assert get_comparison(studio.store, comparison.id).state is ComparisonState.CLOSED
    assert "only possible" not in page("act", None, event={"deed": f"open_again:{comparison.id}"})[0]
    assert get_comparison(studio.store, comparison.id).state is ComparisonState.OPEN
    assert "cannot become" in page("act", None, event={"deed": f"try_again:{comparison.id}"})[0]
    for nonsense in (None, {"deed": "remove:1"}, {"deed": "close:one"}, {"deed": "close:"}):
        assert page("act", 7, event=nonsense)[1] == 7


def test_why_a_comparison_failed_stands_in_the_list(page, studio):
    approve_corrected(studio.store, "disc_1.png", 1)
    page("create", 1, *FORM)
    (made,) = list_comparisons(studio.store)
    preparing.note_failure(studio.store, made.id, "the <weights> are damaged")
    listed = page("refresh", None, None, "")[1]
    assert "the &lt;weights&gt; are damaged" in listed
    page("act", None, event={"deed": f"try_again:{made.id}"})
    assert get_comparison(studio.store, made.id).state is ComparisonState.PREPARING


def test_of_a_closed_one_the_results_stay(page, studio, comparison):
    pair = list_pairs(studio.store, comparison.id)[0]
    page("choose", None, event=answer(pair.id, comparison))
    close_comparison(studio.store, comparison.id, by="ren")
    choosing, listed, shown, _ = page("refresh", comparison.id, comparison.id, "")
    assert "nothing to compare" in choosing
    assert "closed" in listed
    assert "Answers: 1; people: 1" in shown
