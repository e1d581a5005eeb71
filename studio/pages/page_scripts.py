"""What every page of the studio runs before Gradio does; the only scripts in its HTML that are not Gradio's."""

import json
from collections.abc import Iterable
from pathlib import Path

import gradio as gr

from studio.pages.navigation import script_of_the_bar

_FUNCTIONS_FROM_TEXT = Path(__file__).parent / "functions_from_text.js"
_ARGUMENTS = ("element", "trigger", "props", "server", "upload", "watch")
"""Of a component's own script (`js_on_load`), in the order in which Gradio passes them."""


def page_scripts(pages: gr.Blocks) -> tuple[str, ...]:
    """JavaScript without tags. pages: complete, as they are mounted."""
    components = (block for block in pages.blocks.values() if isinstance(block, gr.HTML))
    return functions_from_text(block.js_on_load for block in components if block.js_on_load), script_of_the_bar()


def functions_from_text(texts: Iterable[str]) -> str:
    """A script with which gr.HTML needs no ``'unsafe-eval'``. texts: what its components run when they appear."""
    arguments = ", ".join(_ARGUMENTS)
    written = ", ".join(f"[{json.dumps(text)}, function ({arguments}) {{ {text}\n }}]" for text in sorted(set(texts)))
    return _FUNCTIONS_FROM_TEXT.read_text(encoding="utf-8").replace("[WRITTEN]", f"[{written}]")
