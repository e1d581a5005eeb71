"""Where a version that was trained elsewhere is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.handing_in import hand_in
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.learning.licences import forbids_commercial_use
from studio.studio import Studio

SUFFIXES = (".zip", ".safetensors")


@dataclass(frozen=True, slots=True)
class NewcomerPart:
    """button: hands in what was chosen. hand_in: the event for that; it tells the number of the version to look at."""

    button: gr.Button
    hand_in: Mapping[str, object]


def build_newcomer_part(studio: Studio, say: gr.I18n, answer: gr.HTML, selected: gr.State) -> NewcomerPart:
    """answer: where is told what came of it. selected: the version that is looked at."""
    with gr.Accordion(say("hand_in_title"), open=False, elem_id="hand-in"):
        gr.Markdown(say("hand_in_info"))
        with gr.Row():
            file = gr.File(
                label=say("hand_in_file"),
                file_types=list(SUFFIXES),
                type="filepath",
                height=140,
                elem_id="hand-in-file",
            )
            with gr.Column():
                licence = gr.Textbox(
                    label=say("hand_in_licence"), info=say("hand_in_licence_info"), elem_id="hand-in-licence"
                )
                button = gr.Button(say("hand_in"), elem_id="hand-in-button")

    @guarded(Ability.LEAD)
    def take_in_version(
        path: str | None, licence: str, selected: int | None, request: gr.Request
    ) -> tuple[object, ...]:
        words = Words.of(request)
        if path is None:
            return notice("plain", [words("hand_in_choose")], testid="learn-answer"), gr.skip(), gr.skip(), selected
        try:
            with Path(path).open("rb") as opened:
                name = Path(path).name
                done = hand_in(studio, opened, name=name, licence=licence.strip(), by=visitor_here().name)
        except MattingError as error:
            return notice("bad", [str(error)], testid="learn-answer"), gr.skip(), gr.skip(), selected
        lines = [words("handed_in", name=done.model.name)]
        if forbids_commercial_use(done.model):
            lines.append(words("not_commercial_warning"))
        return notice("good", lines, testid="learn-answer"), None, "", done.model.id

    event = {
        "fn": take_in_version,
        "inputs": [file, licence, selected],
        "outputs": [answer, file, licence, selected],
        "api_visibility": "private",
    }
    return NewcomerPart(button, event)
