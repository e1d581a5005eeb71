"""The Correct page: the canvas editor and nothing that could get in its way."""

import gradio as gr

from studio.editor.editor import CorrectionEditor


def build_correct_page(_say: gr.I18n) -> None:
    CorrectionEditor(elem_id="correction-editor")
