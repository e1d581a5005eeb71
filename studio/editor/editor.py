"""The Gradio component that mounts the canvas editor on a page."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import gradio as gr

LANGUAGES = ("en", "ja")

Strings = Mapping[str, Mapping[str, str]]

# Gradio runs this once, when the component appears. No "${": such a template would be rendered again on every update,
# and the canvas would be lost. The mount is a child, so that the editor's classes never meet Gradio's own.
_TEMPLATE = "<div></div>"
_MOUNT = """
const { module_url, api_url, image_id, strings, locale } = props;
import(module_url).then(({ mountEditor }) => {
  mountEditor(element.firstElementChild, { apiUrl: api_url, imageId: image_id, strings, locale });
});
"""


@cache
def editor_strings() -> Strings:
    """What the editor says: {language: {key: text}}."""
    folder = Path(__file__).parents[1] / "i18n"
    return {
        language: json.loads((folder / f"editor.{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
    }


class CorrectionEditor(gr.HTML):
    """The editor at which operators correct trimap and matte. It talks to the REST API by itself.

    image_id: the photo to open; None opens the one that the page's ``?image=ID`` names, else the queue's next.
    strings: as `editor_strings` returns them, which is the default. locale: "en", "ja", or None for the browser's
    own. module_url, api_url: where the studio serves `EditorFiles` and its REST API.
    """

    def __init__(
        self,
        value: None = None,
        *,
        image_id: int | None = None,
        strings: Strings | None = None,
        module_url: str = "/editor/editor.js",
        api_url: str = "/api/v1",
        locale: str | None = None,
        elem_id: str | None = None,
        visible: bool = True,
        render: bool = True,
    ) -> None:
        super().__init__(
            value,
            html_template=_TEMPLATE,
            js_on_load=_MOUNT,
            apply_default_css=False,
            elem_id=elem_id,
            visible=visible,
            render=render,
            image_id=image_id,
            strings=editor_strings() if strings is None else strings,
            module_url=module_url,
            api_url=api_url,
            locale=locale,
        )
