"""The page Export: a wish, a button, and every export there is, to be downloaded as often as one likes."""

import gradio as gr

from annotation_store import gallery
from annotation_store.exports.export_sets import list_exports
from annotation_store.people.roles import Ability
from annotation_store.states import ImageState
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.exporting.exports_view import exports_view
from studio.pages.exporting.presets_part import build_presets_part
from studio.pages.exporting.wish_part import build_wish_part, freeze_wish
from studio.pages.fragments import notice
from studio.pages.project_choice import project_choice
from studio.studio import Studio
from studio.visible_projects import chosen_ids

SHOWN_EXPORTS = 50


def build_export_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    gr.Markdown(say("export_title"), elem_id="export-title")
    approved = gr.HTML(elem_id="export-approved", padding=False)
    wish = build_wish_part(studio, say)
    answer = gr.HTML(elem_id="export-answer", padding=False)
    gr.Markdown(say("exports_title"))
    exports = gr.HTML(elem_id="exports", padding=False)
    presets = build_presets_part(studio, say)

    def exports_now(words: Words) -> str:
        found = list_exports(store, project_ids=visitor_here().projects, limit=SHOWN_EXPORTS)
        return exports_view(found, words)

    @guarded(Ability.LEAD)
    def open_page(request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        return project_choice(store, words), exports_now(words)

    @guarded(Ability.LEAD)
    def count(project: int | None, request: gr.Request) -> tuple[object, object]:
        words = Words.of(request)
        ids = chosen_ids(visitor_here(), project)
        number = gallery.count_by_state(store, project_ids=ids)[ImageState.APPROVED]
        if number == 0:
            lines = [words("nothing_to_export"), words("nothing_to_export_hint")]
            return notice("plain", lines, testid="export-none"), gr.update(interactive=False)
        return f'<p class="quiet">{words("approved_count", count=number)}</p>', gr.update(interactive=True)

    @guarded(Ability.LEAD)
    def export(request: gr.Request, *asked: object) -> tuple[object, object]:
        words = Words.of(request)
        try:
            frozen = freeze_wish(studio, wish.read(asked), visitor_here())
        except MattingError as error:
            return notice("bad", [str(error)], testid="export-answer"), gr.skip()
        told = words("export_frozen", number=frozen.export.id, count=frozen.export.image_count)
        return notice("good", [told], testid="export-answer"), exports_now(words)

    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    private = {"api_visibility": "private"}
    counting = {"fn": count, "inputs": wish.project, "outputs": [approved, wish.button], **quiet}
    page.load(open_page, None, [wish.project, exports], **quiet).then(**counting)
    page.load(**presets.load)
    presets.changed(lambda event: event.then(**wish.show_presets))
    page.load(**wish.show_presets)
    wish.project.change(**counting)
    wish.button.click(export, wish.inputs, [answer, exports], **private)
