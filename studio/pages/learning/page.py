"""The page Learn: what serves and why, one button to learn, how that goes, and what came of it."""

import time
from functools import cache

import gradio as gr

from annotation_store.kinds import ModelKind, TriggerKind
from annotation_store.learning.due import outlooks
from annotation_store.learning.triggers import list_triggers
from annotation_store.people.roles import Ability
from annotation_store.states import StandingState
from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.learning.asking import ask_for_trainings, preview_view, what_is_asked_for
from studio.pages.learning.candidates import candidates_view
from studio.pages.learning.deciding import decide
from studio.pages.learning.deeds import DEEDS_SCRIPT, Deed, DeedKind
from studio.pages.learning.golden_view import golden_view
from studio.pages.learning.newcomer_part import build_newcomer_part
from studio.pages.learning.outlook_view import outlook_view
from studio.pages.learning.refreshing import Part, changed
from studio.pages.learning.runs_view import earlier_view, log_tail, running_view, runs_to_watch
from studio.pages.learning.scene import Scene
from studio.pages.learning.serving import serving_view
from studio.pages.learning.trigger_part import build_trigger_part
from studio.pages.learning.version_part import build_version_part
from studio.studio import Studio
from training.canary import canary_verdicts

REFRESH_SECONDS = 1.5
SLOWLY_SECONDS = 60
"""So often at the latest is told anew what takes a look at all approved images or their efforts."""


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
    gr.Markdown(say("triggers_title"))
    triggers = build_trigger_part(studio, say, answer)
    gr.Markdown(say("versions_title"))
    models = gr.HTML(elem_id="models", padding=False, js_on_load=DEEDS_SCRIPT)
    version = build_version_part(studio, say, answer)
    newcomer = build_newcomer_part(studio, say, answer, version.selected)
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
        return changed(_parts(studio, Scene.of(store, visitor_here()), Words.of(request)), seen)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    shown = [serving, retrain, busy, preview, running, earlier, log, models, golden, *triggers.views.values()]
    view = {"fn": refresh, "inputs": last_seen, "outputs": [*shown, last_seen], **private}
    gr.Timer(REFRESH_SECONDS).tick(**view)
    page.load(**view).then(**version.look)
    page.load(**triggers.load)
    retrain.click(start, None, answer, **private).then(**view)
    newcomer.button.click(**newcomer.hand_in).then(**view).then(**version.look)
    for part in (serving, running, models, version.html, golden):
        part.click(act, version.selected, [answer, version.selected], **private).then(**view).then(**version.look)


def _parts(studio: Studio, scene: Scene, words: Words) -> list[Part]:
    """What is shown, in the order of the page's components, and by what one knows that it has become different."""
    store = studio.store
    versions = [(each.id, each.state, each.notes) for each in scene.versions.values()]
    standing = (scene.projects, scene.standings, versions)
    learning = [(run.id, run.state) for run in scene.runs]
    chosen = [each.image_id for each in scene.golden]
    all_busy = all(scene.unfinished(kind) is not None for kind in ModelKind)
    watched = runs_to_watch(scene)
    log_text = log_tail(store, watched, words)
    minute = int(time.monotonic() / SLOWLY_SECONDS)
    has_trials = any(each.state is StandingState.CANARY for each in scene.standings)
    told_slowly = (scene.approved, learning, chosen, minute)

    def serving() -> str:
        return serving_view(scene, words, trials=canary_verdicts(store) if has_trials else ())

    def preview() -> str:
        return preview_view(store, words, validation_share=studio.settings.validation_share)

    return [
        Part((standing, scene.approved, has_trials and minute), serving),
        Part(all_busy, lambda: gr.update(interactive=not all_busy)),
        Part(learning, lambda: what_is_asked_for(scene, words)),
        Part(told_slowly, preview),
        Part(watched, lambda: running_view(store, scene, words)),
        Part(learning, lambda: earlier_view(scene, words)),
        Part(log_text, lambda: log_text),
        Part(standing, lambda: candidates_view(scene, words)),
        Part(chosen, lambda: golden_view(store, scene, words)),
        *_trigger_parts(store, words, told_slowly),
    ]


def _trigger_parts(store: Store, words: Words, told_slowly: object) -> list[Part]:
    """One for each trigger; what they wait for is asked once for all of them."""
    triggers = list_triggers(store)
    untouched = [
        (each.kind, each.active, each.approvals, each.schedule, each.time_zone, each.rise) for each in triggers
    ]
    ask = cache(lambda: {each.trigger.kind: each for each in outlooks(store)})
    key = (untouched, told_slowly)
    return [Part(key, lambda kind=kind: outlook_view(ask()[kind], words)) for kind in TriggerKind]
