"""Handing in a version, called as Gradio calls it."""

import gradio as gr
import pytest
import torch

from annotation_store.kinds import Origin
from annotation_store.learning import model_registry
from matting_core.networks import registry
from studio.pages.learning.page import build_learn_page


@pytest.fixture
def page(functions):
    return functions(build_learn_page)


@pytest.fixture
def judged(studio, monkeypatch):
    """Numbers of the versions that the worker was asked to judge."""
    asked = []
    monkeypatch.setattr(studio.jobs, "judge", lambda number, *, by: asked.append(number))
    return asked


@pytest.fixture
def tuned(tmp_path):
    """A file of weights unlike the shipped ones."""
    torch.manual_seed(7)
    path = tmp_path / "tuned.safetensors"
    path.write_bytes(registry.save_network(registry.build_network("compact")))
    return path


def test_a_version_is_taken_in_looked_at_and_judged(studio, page, tuned, judged):
    told, file, licence, selected = page("take_in_version", str(tuned), " MIT ", None)
    version = model_registry.get_model(studio.store, selected)
    assert f"{version.name} has been taken in" in told
    assert (version.origin, version.licence) == (Origin.IMPORTED, "MIT")
    assert (file, licence) == (None, ""), "the next one may come"
    assert judged == [version.id]


def test_one_that_forbids_commercial_use_is_taken_in_with_a_warning(page, tuned, judged):
    told, *_ = page("take_in_version", str(tuned), "CC BY-NC 4.0", None)
    assert "forbids commercial use" in told


def test_what_is_no_version_is_refused_in_words_and_stays_chosen(studio, page, tmp_path, judged):
    before = model_registry.list_models(studio.store)
    path = tmp_path / "holiday.zip"
    path.write_bytes(b"no zip")
    told, file, licence, selected = page("take_in_version", str(path), "", 1)
    assert "notice-bad" in told
    assert (file, licence, selected) == (gr.skip(), gr.skip(), 1)
    assert model_registry.list_models(studio.store) == before
    assert judged == []


def test_without_a_file_one_is_asked_for(page, judged):
    told, *_ = page("take_in_version", None, "", None)
    assert "Choose a file first." in told
