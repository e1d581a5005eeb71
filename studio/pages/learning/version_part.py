"""The version that is looked at closely, and the notes on it, which are kept also if somebody forgets to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from annotation_store.learning import model_registry
from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.learning.candidates import newest_candidate
from studio.pages.learning.deeds import DEEDS_SCRIPT
from studio.pages.learning.scene import Scene
from studio.pages.learning.version_view import version_view
from studio.studio import Studio


@dataclass(frozen=True, slots=True)
class VersionPart:
    """selected: number of the version, None for the newest. html: its buttons are pressed there. look: the event that
    shows what is selected."""

    selected: gr.State
    html: gr.HTML
    look: Mapping[str, Any]


def build_version_part(studio: Studio, say: gr.I18n, answer: gr.HTML) -> VersionPart:
    """answer: where is told what came of keeping the notes."""
    store = studio.store
    with gr.Column(elem_id="version"):
        html = gr.HTML(padding=False, js_on_load=DEEDS_SCRIPT)
        notes = gr.Textbox(label=say("notes"), info=say("notes_info"), lines=2, elem_id="version-notes")
        with gr.Row():
            save = gr.Button(say("save_notes"), elem_id="save-notes", scale=0, min_width=200)
    selected = gr.State(None)
    noted = gr.State((None, ""))  # whose notes stand in the box, and as they were read

    @guarded(Ability.LEAD)
    def look(selected: int | None, text: str, noted: tuple[int | None, str], request: gr.Request) -> tuple[object, ...]:
        scene, words = Scene.of(store, visitor_here()), Words.of(request)
        number = newest_candidate(scene) if selected is None else selected
        drawn = version_view(store, scene, number, words)
        if number is None or number == noted[0] or number not in scene.versions:
            return drawn, gr.skip(), noted, number, gr.skip()
        if noted[0] is not None and text != noted[1]:
            try:
                model_registry.annotate(store, noted[0], text, by=visitor_here().name)
            except MattingError as error:  # too long: stay where it can be mended
                told = notice("bad", [str(error)], testid="learn-answer")
                return version_view(store, scene, noted[0], words), gr.skip(), noted, noted[0], told
        written = scene.versions[number].notes
        return drawn, written, (number, written), number, gr.skip()

    @guarded(Ability.LEAD)
    def keep_notes(text: str, noted: tuple[int | None, str], request: gr.Request) -> tuple[str, object]:
        words = Words.of(request)
        if noted[0] is None:
            return notice("plain", [words("choose_version")], testid="learn-answer"), noted
        try:
            version = model_registry.annotate(store, noted[0], text, by=visitor_here().name)
        except MattingError as error:
            return notice("bad", [str(error)], testid="learn-answer"), noted
        return notice("good", [words("saved", name=version.name)], testid="learn-answer"), (version.id, text)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    save.click(keep_notes, [notes, noted], [answer, noted], **private)
    showing = {
        "fn": look,
        "inputs": [selected, notes, noted],
        "outputs": [html, notes, noted, selected, answer],
        **private,
    }
    return VersionPart(selected=selected, html=html, look=showing)
