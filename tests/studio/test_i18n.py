import ast
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import studio.pages
from annotation_store.states import ImageState, ModelState, RunState
from studio.i18n import LANGUAGES, Words, gradio_texts, texts
from studio.pages.export import CONTENTS
from studio.pages.gallery_view import FILTERS

PAGES = Path(studio.pages.__file__).parent
TEXTS = Path(studio.pages.__file__).parents[1] / "i18n"
SERIES = {
    "state_": [state.value for state in ImageState],
    "run_": [state.value for state in RunState],
    "model_": [state.value for state in ModelState],
    "filter_": list(FILTERS),
    "export_": list(CONTENTS),
}
"""Keys that are put together from a beginning and one of a closed list of endings."""


def load(face, language):
    return json.loads((TEXTS / f"{face}.{language}.json").read_text(encoding="utf-8"))


def holes(text):
    return sorted(re.findall(r"{(\w*)}", text))


def keys_in_use():
    """Every key for which a page asks."""
    keys = set()
    for path in PAGES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = node.values[0].value
                keys |= {beginning + ending for ending in SERIES.get(beginning, ())}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("words", "say"):
                match node.args[0]:
                    case ast.Constant(value=key):
                        keys.add(key)
                    case ast.JoinedStr(values=[ast.Constant(value=beginning), *_]):
                        assert beginning in SERIES, f"{path.name} makes keys from {beginning!r}"
                    case ast.Name(id=name):
                        assert name == "key", f"{path.name} asks for words({name})"
            elif isinstance(node, (ast.comprehension, ast.For)) and getattr(node.target, "id", None) == "key":
                keys |= {constant.value for constant in node.iter.elts}
    return keys


@pytest.mark.parametrize("face", ["pages", "editor"])
def test_every_language_has_the_same_keys_and_placeholders(face):
    first, *others = (load(face, language) for language in LANGUAGES)
    assert first
    for other in others:
        assert list(other) == list(first)
        assert {key: holes(text) for key, text in other.items()} == {key: holes(text) for key, text in first.items()}


@pytest.mark.parametrize("face", ["pages", "editor"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(face, language):
    assert [key for key, text in load(face, language).items() if not text.strip()] == []


def test_every_key_that_a_page_asks_for_exists_and_none_is_left_over():
    assert keys_in_use() == set(texts("en"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", "ja"),
        ("JA-jp", "ja"),
        ("en-GB,en;q=0.9,ja;q=0.8", "en"),
        ("fr-FR, ja;q=0.5", "ja"),
        ("fr-FR,de;q=0.7", "en"),
        ("", "en"),
        (";;,,", "en"),
    ],
)
def test_words_are_in_the_language_that_the_browser_prefers_among_ours(header, language):
    assert Words.of(SimpleNamespace(headers={"accept-language": header})).language == language


def test_without_a_browser_words_are_english():
    assert Words.of(None).language == "en"
    assert Words.of(SimpleNamespace(headers={})).language == "en"
    assert Words("xx").language == "en"


def test_values_take_their_places_and_are_not_read_as_templates():
    hostile = "{0.__class__} <b>"
    assert Words("en")("chosen_by", person=hostile) == texts("en")["chosen_by"].replace("{person}", hostile)


def test_gradio_gets_the_same_texts():
    assert gradio_texts().translations_dict == {language: texts(language) for language in LANGUAGES}
