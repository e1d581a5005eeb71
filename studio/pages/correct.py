"""The Correct page: the canvas editor and nothing that could get in its way."""

import gradio as gr

from studio.editor.editor import CorrectionEditor
from studio.studio import Studio


def build_correct_page(_studio: Studio, _say: gr.I18n, _page: gr.Blocks) -> None:
    CorrectionEditor(elem_id="correction-editor")
