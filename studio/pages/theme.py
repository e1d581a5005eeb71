"""The looks: neutral greys, so that nothing tints the judgement of colours, and one teal accent. No web fonts."""

from pathlib import Path

import gradio as gr

STYLE_SHEET = Path(__file__).parent / "pages.css"

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "sans-serif")


def theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.gray,
        font=FONTS,
        font_mono=("ui-monospace", "Menlo", "Consolas", "monospace"),
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_md,
    )
