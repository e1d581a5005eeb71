"""The functions of the part that shows one version, called as Gradio calls them."""

import gradio as gr
import pytest

from annotation_store.learning import model_registry
from studio.pages.learning.page import build_learn_page

SHIPPED = 1
TOO_LONG = "x" * 3000


@pytest.fixture
def page(functions):
    return functions(build_learn_page)


@pytest.fixture
def notes_of(studio):
    return lambda version: model_registry.get_model(studio.store, version.id).notes


def look(page, selected, text="", noted=(None, "")):
    return page("look", selected, text, noted)


def test_the_newest_candidate_is_looked_at_first_with_its_notes(studio, page, candidate):
    model_registry.annotate(studio.store, candidate.id, "New lights.", by="ren")
    html, notes, noted, selected, _ = look(page, None)
    assert f'data-version="{candidate.id}"' in html
    assert (notes, noted, selected) == ("New lights.", (candidate.id, "New lights."), candidate.id)


def test_notes_that_are_being_written_stay_while_the_version_is_drawn_anew(page, candidate):
    _, notes, noted, *_ = look(page, candidate.id, "half a thou", (candidate.id, ""))
    assert (notes, noted) == (gr.skip(), (candidate.id, ""))


def test_notes_are_kept_by_the_button_and_when_another_version_is_looked_at(page, candidate, notes_of):
    told, noted = page("keep_notes", "First.", (candidate.id, ""))
    assert "Saved" in told
    assert (notes_of(candidate), noted) == ("First.", (candidate.id, "First."))
    look(page, SHIPPED, "Second.", noted)
    assert notes_of(candidate) == "Second."


def test_notes_that_somebody_else_changed_meanwhile_are_not_written_over(studio, page, candidate, notes_of):
    model_registry.annotate(studio.store, candidate.id, "Theirs.", by="ren")
    look(page, SHIPPED, "old", (candidate.id, "old"))
    assert notes_of(candidate) == "Theirs."


def test_notes_that_are_too_long_are_not_lost(page, candidate):
    html, notes, noted, selected, told = look(page, SHIPPED, TOO_LONG, (candidate.id, ""))
    assert f'data-version="{candidate.id}"' in html
    assert (notes, noted, selected) == (gr.skip(), (candidate.id, ""), candidate.id)
    assert "shorten it" in told
    assert "shorten it" in page("keep_notes", TOO_LONG, (candidate.id, ""))[0]


def test_notes_on_nothing_are_told(page, english):
    assert english("choose_version") in page("keep_notes", "?", (None, ""))[0]
