"""The Gradio component, its strings and its files; and the editor at work on a real Gradio page."""

import re
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect
from stand_in import create_app, ellipse_image, serving

from studio.editor.editor import CorrectionEditor, editor_strings
from studio.editor.static_files import EditorFiles

EDITOR = Path(__file__).parents[3] / "studio" / "editor"


def test_every_language_says_the_same_things() -> None:
    strings = editor_strings()
    holes = {
        language: {key: sorted(re.findall(r"{\w+}", text)) for key, text in texts.items()}
        for language, texts in strings.items()
    }

    assert holes["ja"] == holes["en"]
    assert all(text.strip() for texts in strings.values() for text in texts.values())


def test_every_text_that_a_module_names_exists() -> None:
    named = {
        key
        for module in EDITOR.glob("*.js")
        for key in re.findall(r'\bsay\("([^"]+)"', module.read_text(encoding="utf-8"))
    }

    assert named
    assert named <= set(editor_strings()["en"])


def test_every_prop_is_a_named_argument() -> None:
    """Gradio runs the constructor again for an update, with the props as its arguments."""
    editor = CorrectionEditor(image_id=3, locale="ja", render=False)

    again = CorrectionEditor(**editor.props, render=False)

    assert again.props == editor.props
    assert again.props["image_id"] == 3


def test_the_template_is_never_rendered_again() -> None:
    assert "${" not in CorrectionEditor(render=False).html_template


def test_serves_scripts_and_styles_fresh_and_nothing_else() -> None:
    app = FastAPI()
    app.mount("/editor", EditorFiles())
    client = TestClient(app)

    for name in ("editor.js", "frame/editor.css"):
        response = client.get(f"/editor/{name}")
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")
    assert client.get("/editor/editor.py").status_code == 404
    assert client.get("/editor/../editor.py").status_code == 404


@pytest.fixture(scope="module")
def gradio_page() -> Iterator[str]:
    with gr.Blocks(title="Correct") as page:
        CorrectionEditor(locale="en")
    app = create_app([ellipse_image(1)])
    app = gr.mount_gradio_app(app, page, path="/studio", footer_links=[], ssr_mode=False)
    with serving(app) as address:
        yield f"{address}/studio"


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "size"), [("light", (1280, 800)), ("dark", (1600, 1000))])
def test_works_on_a_gradio_page_without_scrolling(
    browser: Browser, gradio_page: str, theme: str, size: tuple[int, int]
) -> None:
    width, height = size
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto(f"{gradio_page}/?__theme={theme}")
        page.locator("[data-testid=editor-status][data-state=ready]").wait_for(timeout=20_000)
        page.wait_for_function("document.documentElement.scrollHeight <= innerHeight")

        expect(page.get_by_test_id("image-name")).to_have_text("ellipse_1.jpg")
        assert page.get_by_test_id("pane-photo").bounding_box()["width"] > 0.35 * width
        assert page.get_by_test_id("pane-photo").bounding_box()["height"] > 0.6 * height
