"""The Export page: approved images as one zip."""

from html import escape

import gradio as gr

from annotation_store import gallery
from annotation_store.people.roles import Ability
from annotation_store.states import ImageState
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.studio import Studio

CONTENTS = ("cutout", "alpha", "trimap", "manifest")


def build_export_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    gr.Markdown(say("export_title"), elem_id="export-title")
    body = gr.HTML(elem_id="export", padding=False)

    @guarded(Ability.LEAD)
    def refresh(request: gr.Request) -> str:
        words = Words.of(request)
        counts = gallery.count_by_state(studio.store, project_ids=visitor_here().projects)
        approved = counts[ImageState.APPROVED]
        if approved == 0:
            return notice("plain", [words("nothing_to_export"), words("nothing_to_export_hint")], testid="export-none")
        entries = "".join(f"<li>{escape(words(f'export_{name}'))}</li>" for name in CONTENTS)
        label = escape(words("download_zip", count=approved))
        return (
            f'<div class="hero"><ul>{entries}</ul>'
            '<a class="call" href="/api/v1/exports/cutouts.zip" download data-testid="download-cutouts">'
            f"{label}</a></div>"
        )

    page.load(refresh, None, body, api_visibility="private", show_progress="hidden")
