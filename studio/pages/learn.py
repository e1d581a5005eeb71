"""The Learn page: which model is live and why, one button to learn from the approved mattes, and how that goes."""

from html import escape
from pathlib import Path

import gradio as gr

from annotation_store import gallery
from annotation_store.learning import model_registry, standings, training_runs
from annotation_store.people.roles import Ability
from annotation_store.records import ModelRecord, RunRecord
from annotation_store.states import ImageState, ModelState, RunState
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice, progress_bar, table
from studio.studio import Studio

REFRESH_SECONDS = 1.5
LOG_TAIL_BYTES = 6_000


def build_learn_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    live = gr.HTML(elem_id="live-model", padding=False)
    with gr.Row():
        retrain = gr.Button(say("retrain"), variant="primary", elem_id="retrain", scale=2)
        cancel = gr.Button(say("cancel_training"), variant="stop", elem_id="cancel-training", interactive=False)
    answer = gr.HTML(elem_id="learn-answer", padding=False)
    run_view = gr.HTML(elem_id="training-run", padding=False)
    with gr.Accordion(say("training_log"), open=False):
        log = gr.Textbox(show_label=False, lines=12, max_lines=12, interactive=False, elem_id="training-log")
    with gr.Accordion(say("model_versions"), open=True):
        models = gr.HTML(elem_id="models", padding=False)
        with gr.Row():
            choice = gr.Dropdown(label=say("choose_model"), choices=[], scale=3, elem_id="model-choice")
            use = gr.Button(say("use_model"), elem_id="use-model", scale=1)
    last_seen = gr.State("")

    @guarded(Ability.LEAD)
    def start(request: gr.Request) -> str:
        words = Words.of(request)
        try:
            run = training_runs.request(store, by=visitor_here().name)
            studio.jobs.train(run.id)
        except MattingError as error:
            return notice("bad", [str(error)], testid="learn-answer")
        return notice("good", [words("training_requested", number=run.id)], testid="learn-answer")

    @guarded(Ability.LEAD)
    def stop(request: gr.Request) -> str:
        words = Words.of(request)
        for run in training_runs.list_runs(store)[:1]:
            training_runs.request_cancel(store, run.id, by=visitor_here().name)
        return notice("plain", [words("cancel_requested")], testid="learn-answer")

    @guarded(Ability.LEAD)
    def use_model(name: str | None, request: gr.Request) -> str:
        words = Words.of(request)
        wanted = next((model for model in model_registry.list_models(store) if model.name == name), None)
        if wanted is None or wanted.state is ModelState.LIVE:
            return notice("plain", [words("choose_model_first")], testid="learn-answer")
        from training.models import load_model  # late, as in studio/live_model.py

        try:
            load_model(store, wanted)  # a version whose weights are damaged must not go live
            verdict = words("chosen_by", person=visitor_here().name)
            standings.go_live(store, wanted.id, verdict=verdict, by=visitor_here().name)
        except MattingError as error:
            return notice("bad", [str(error)], testid="learn-answer")
        return notice("good", [words("model_is_live", name=wanted.name)], testid="learn-answer")

    @guarded(Ability.LEAD)
    def refresh(seen: str, chosen: str | None, request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        versions, runs = model_registry.list_models(store), training_runs.list_runs(store)
        latest = runs[0] if runs else None
        running = latest is not None and latest.state in training_runs.UNFINISHED
        choices = [model.name for model in versions if model.state in (ModelState.RETIRED, ModelState.CANDIDATE)]
        shown = (_live(store, words), _run(latest, words), _log(store, latest), _models(versions, words), choices)
        if (fingerprint := repr((shown, running))) == seen:
            return (*[gr.skip()] * 7, seen)
        return (
            *shown[:4],
            gr.update(choices=choices, value=chosen if chosen in choices else next(iter(choices), None)),
            gr.update(interactive=not running),
            gr.update(interactive=running),
            fingerprint,
        )

    private = {"api_visibility": "private", "show_progress": "hidden"}
    view = {
        "fn": refresh,
        "inputs": [last_seen, choice],
        "outputs": [live, run_view, log, models, choice, retrain, cancel, last_seen],
        **private,
    }
    gr.Timer(REFRESH_SECONDS).tick(**view)
    page.load(**view)
    retrain.click(start, None, answer, **private).then(**view)
    cancel.click(stop, None, answer, **private).then(**view)
    use.click(use_model, choice, answer, **private).then(**view)


def _live(store: Store, words: Words) -> str:
    model = standings.live_model(store)
    approved = gallery.count_by_state(store)[ImageState.APPROVED]
    why = model.verdict or words("live_from_the_start")
    return (
        f'<div class="hero" data-testid="live-model"><p class="quiet">{escape(words("live_model"))}</p>'
        f"<h2>{escape(model.name)}</h2><p>{escape(why)}</p>"
        f'<p class="quiet">{escape(words("approved_to_learn_from", count=approved))}</p></div>'
    )


def _run(run: RunRecord | None, words: Words) -> str:
    if run is None:
        return notice("plain", [words("never_trained")], testid="training-run")
    title = words("training_number", number=run.id, state=words(f"run_{run.state.value}"))
    if run.state in training_runs.UNFINISHED:
        body = progress_bar(run.progress, run.message or words("training_starts"))
    else:
        body = f"<p>{escape(run.verdict or '')}</p>"
    kind = {RunState.FAILED: "bad", RunState.SUCCEEDED: "good"}.get(run.state, "plain")
    return (
        f'<div class="notice notice-{kind}" data-testid="training-run" data-state="{run.state.value}">'
        f"<p><strong>{escape(title)}</strong></p>{body}</div>"
    )


def _log(store: Store, run: RunRecord | None) -> str:
    """The end of the run's log; empty until there is one."""
    if run is None:
        return ""
    path: Path = store.folder / run.log_path
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LOG_TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _models(versions: tuple[ModelRecord, ...], words: Words) -> str:
    head = [words(key) for key in ("column_model", "column_state", "column_made", "column_figures", "column_why")]
    rows = [
        (
            f"<strong>{escape(model.name)}</strong>",
            f'<span class="pill pill-{model.state.value}">{escape(words(f"model_{model.state.value}"))}</span>',
            escape(f"{model.created_at:%Y-%m-%d %H:%M} UTC"),
            escape(_figures(model)),
            escape(model.verdict or ""),
        )
        for model in versions
    ]
    return table(head, rows, testid="models")


def _figures(model: ModelRecord) -> str:
    """SAD and MSE against the model that was live when this one was judged."""
    candidate, live = model.metrics.get("candidate"), model.metrics.get("live")
    if not candidate or not live:
        return ""
    return f"SAD {candidate['sad']:.3f} / {live['sad']:.3f}, MSE {candidate['mse']:.5f} / {live['mse']:.5f}"
