"""Functions of the pages, called as Gradio calls them."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import gradio as gr
import pytest
from fastapi import FastAPI
from gradio.context import LocalContext

from studio.i18n import gradio_texts
from studio.sign_in.visitor import Visitor, let_in, local_user
from studio.studio import Studio


@pytest.fixture
def ask_as() -> Iterator[Callable[[Visitor | None], None]]:
    """``ask_as(visitor)``: from now on, functions of the pages are called by this person, or by nobody."""
    tokens = []

    def ask(visitor: Visitor | None) -> None:
        scope = {"type": "http"}
        if visitor is not None:
            let_in(scope, visitor)
        headers = {"accept-language": "en"}
        request = SimpleNamespace(headers=headers, request=SimpleNamespace(scope=scope))
        tokens.append(LocalContext.request.set(request))

    yield ask
    for token in reversed(tokens):
        LocalContext.request.reset(token)


@pytest.fixture
def blocks(web_app: FastAPI) -> gr.Blocks:
    """All pages, as they are mounted."""
    mounted = [route.app for route in web_app.routes if hasattr(getattr(route, "app", None), "get_blocks")]
    return mounted[0].get_blocks()


@pytest.fixture
def functions(studio: Studio, ask_as: Callable[[Visitor | None], None]) -> Callable[..., Callable[..., object]]:
    """``functions(build_projects_page)``: a function by which those of that page are called by name."""

    def build(builder: Callable[[Studio, gr.I18n, gr.Blocks], None]) -> Callable[..., object]:
        with gr.Blocks() as page:
            builder(studio, gradio_texts(), page)
        found = {each.fn.__name__: each.fn for each in page.fns.values() if each.fn}
        ask_as(local_user("keiko"))
        return lambda name, *arguments: found[name](*arguments, LocalContext.request.get())

    return build
