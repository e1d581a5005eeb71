"""The page Learn: what serves and why, one button to learn, how that goes, and what came of it."""

import time

import gradio as gr

from annotation_store.kinds import ModelKind
from annotation_store.people.roles import Ability
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.learning.asking import ask_for_trainings, preview_view, what_is_asked_for
from studio.pages.learning.candidates import candidates_view
from studio.pages.learning.deciding import decide
from studio.pages.learning.deeds import DEEDS_SCRIPT, Deed, DeedKind
from studio.pages.learning.golden_view import golden_view
from studio.pages.learning.refreshing import Part, changed
from studio.pages.learning.runs_view import earlier_view, log_tail, running_view, runs_to_watch
from studio.pages.learning.scene import Scene
from studio.pages.learning.serving import serving_view
from studio.pages.learning.version_part import build_version_part
from studio.studio import Studio

REFRESH_SECONDS = 1.5
PREVIEW_SECONDS = 60
"""What would be learnt from is looked up anew so often at the latest: it reads all approved images."""


def build_learn_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    answer = gr.HTML(elem_id="learn-answer", padding=False)
    gr.Markdown(say("serving_title"))
    serving = gr.HTML(elem_id="serving", padding=False, js_on_load=DEEDS_SCRIPT)
    gr.Markdown(say("learn_now_title"))
    with gr.Row():
        with gr.Column(scale=1, min_width=260):
            retrain = gr.Button(say("retrain"), variant="primary", elem_id="retrain")
            busy = gr.HTML(elem_id="learn-busy", padding=False)
        preview = gr.HTML(elem_id="learn-preview", padding=False)
    running = gr.HTML(elem_id="training-runs", padding=False, js_on_load=DEEDS_SCRIPT)
    with gr.Accordion(say("earlier_runs"), open=False):
        earlier = gr.HTML(elem_id="earlier-runs", padding=False)
    with gr.Accordion(say("training_log"), open=False):
        log = gr.Textbox(show_label=False, lines=12, max_lines=12, interactive=False, elem_id="training-log")
    gr.Markdown(say("versions_title"))
    models = gr.HTML(elem_id="models", padding=False, js_on_load=DEEDS_SCRIPT)
    version = build_version_part(studio, say, answer)
    gr.Markdown(say("golden_title"))
    golden = gr.HTML(elem_id="golden", padding=False, js_on_load=DEEDS_SCRIPT)
    last_seen = gr.State([])

    @guarded(Ability.LEAD)
    def start(request: gr.Request) -> str:
        return ask_for_trainings(studio, Words.of(request), by=visitor_here().name)

    @guarded(Ability.LEAD)
    def act(selected: int | None, request: gr.Request, event: gr.EventData) -> tuple[object, object]:
        """What a button says that stands in the HTML of a part."""
        deed = Deed.of(event)
        if deed is not None and deed.kind is DeedKind.LOOK:
            return gr.skip(), deed.number
        told = decide(store, deed, Words.of(request), visitor=visitor_here(), testid="learn-answer")
        return told, selected

    @guarded(Ability.LEAD)
    def refresh(seen: list[int], request: gr.Request) -> tuple[object, ...]:
        words, scene = Words.of(request), Scene.of(store, visitor_here())
        share = studio.settings.validation_share
        known = [(each.id, each.state, each.notes) for each in scene.versions.values()]
        learning = [(run.id, run.state) for run in scene.runs]
        all_busy = all(scene.unfinished(kind) is not None for kind in ModelKind)
        watched = runs_to_watch(scene)
        log_text = log_tail(store, watched)
        standing = (scene.projects, scene.standings, known)
        chosen = [each.image_id for each in scene.golden]
        minute = int(time.monotonic() / PREVIEW_SECONDS)
        parts = (
            Part((standing, scene.approved), lambda: serving_view(scene, words)),
            Part(all_busy, lambda: gr.update(interactive=not all_busy)),
            Part(learning, lambda: what_is_asked_for(scene, words)),
            Part(
                (scene.approved, learning, chosen, minute), lambda: preview_view(store, words, validation_share=share)
            ),
            Part(watched, lambda: running_view(store, scene, words)),
            Part(learning, lambda: earlier_view(scene, words)),
            Part(log_text, lambda: log_text),
            Part(standing, lambda: candidates_view(scene, words)),
            Part(chosen, lambda: golden_view(store, scene, words)),
        )
        return changed(parts, seen)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    shown = [serving, retrain, busy, preview, running, earlier, log, models, golden]
    view = {"fn": refresh, "inputs": last_seen, "outputs": [*shown, last_seen], **private}
    gr.Timer(REFRESH_SECONDS).tick(**view)
    page.load(**view).then(**version.look)
    retrain.click(start, None, answer, **private).then(**view)
    for part in (serving, running, models, version.html, golden):
        part.click(act, version.selected, [answer, version.selected], **private).then(**view).then(**version.look)
