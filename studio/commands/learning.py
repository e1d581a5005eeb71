"""``retrain`` and ``retrain-drafter``: model and drafter learn from what was approved."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from annotation_store.kinds import ModelKind, RunCause
from studio.commands.interrupts import INTERRUPTED, orderly_interrupt
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, complain, print_json, progress_bar
from studio.commands.triggers import tell_what_would_be_trained_on

if TYPE_CHECKING:
    from annotation_store.records import RunRecord
    from annotation_store.store import Store
    from studio.settings import Settings


def retrain(
    *,
    steps: Annotated[
        int | None, typer.Option(help="Steps of the training; else MATTELOOP_TRAINING_STEPS.", show_default=False)
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            help="Minutes after which it ends at the latest; else MATTELOOP_TRAINING_MINUTES.", show_default=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be trained on now, and when trainings begin.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Train a new version of the matting model on the approved mattes.

    It serves each project for which it beats what serves there now, on mattes that neither was trained on, if the
    project's policy lets it. Runs here, beside the studio or without it. Ctrl-C cancels it. The exit status is 0 if the
    training came to its end, whether the new version serves or not, 130 if it was cancelled, 1 if it failed.

    \b
    Examples:
      python app.py retrain
      python app.py retrain --steps 1000 --minutes 120
      python app.py retrain --dry-run
    """
    settings = settings_from(training_steps=steps, training_minutes=minutes, data_dir=data_dir)
    if dry_run:
        tell_what_would_be_trained_on(settings, as_json=as_json)
    else:
        _retrain(settings, ModelKind.MATTING, as_json=as_json)


def retrain_drafter(
    *,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Steps of the training; else as many as usual.", show_default=False)
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            help="Minutes after which it ends at the latest; else MATTELOOP_TRAINING_MINUTES.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Train a new version of the drafter on the approved trimaps.

    It makes the later drafts of each project for which it beats what drafts there now, on trimaps that it was not
    trained on. Runs here, beside the studio or without it. Ctrl-C cancels it. The exit status is 0 if the training came
    to its end, whether the new version serves or not, 130 if it was cancelled, 1 if it failed.

    \b
    Examples:
      python app.py retrain-drafter
      python app.py retrain-drafter --steps 2000 --minutes 120
    """
    settings = settings_from(training_minutes=minutes, data_dir=data_dir)
    _retrain(settings, ModelKind.DRAFTER, drafter_steps=steps, as_json=as_json)


def _retrain(settings: "Settings", kind: ModelKind, *, as_json: bool, drafter_steps: int | None = None) -> None:
    speak_only_of_faults(settings)
    from annotation_store.errors import NOT_NOW
    from annotation_store.learning import model_registry, training_runs
    from annotation_store.learning.run_logs import keep_log
    from annotation_store.states import RunState
    from studio.training_job import training_is_alive
    from training.built_in_models import register_built_in_models

    with existing_store(settings) as store:
        register_built_in_models(store)
        lost = training_runs.put_back_lost(store, is_alive=training_is_alive)
        waiting = [run for run in lost if run.state is RunState.QUEUED and run.kind is kind]
        asked = (
            waiting[0]
            if waiting
            else training_runs.request(store, by=settings.person, kind=kind, cause=RunCause.COMMAND)
        )
        run = _train(store, settings, asked, drafter_steps=drafter_steps)
        with suppress(*NOT_NOW):  # it stays here as a file
            keep_log(store, run.id)
        made = None if run.candidate_id is None else model_registry.get_model(store, run.candidate_id)
    if as_json:
        version = None if made is None else {"name": made.name, "state": made.state}
        print_json({"run": run.id, "kind": kind, "state": run.state, "version": version, "verdict": run.verdict})
    elif run.state is RunState.SUCCEEDED:
        typer.echo(run.verdict)
    if run.state is not RunState.SUCCEEDED:
        complain(run.verdict or f"the training is {run.state.value}")
        raise typer.Exit(INTERRUPTED if run.state is RunState.CANCELLED else 1)


def _train(store: "Store", settings: "Settings", run: "RunRecord", *, drafter_steps: int | None = None) -> "RunRecord":
    """Carry the run out, with a progress bar here and the same lines in its log."""
    from annotation_store.learning import training_runs
    from annotation_store.states import RunState
    from training.retrain import CANCELLED, settings_of
    from training.retrain import retrain as carry_out

    plan = settings_of(
        steps=settings.training_steps,
        minutes=settings.training_minutes,
        learning_rate=settings.learning_rate,
        drafter_steps=drafter_steps,
        validation_share=settings.validation_share,
        threads=settings.threads,
        device=settings.device,
        processes=settings.training_processes,
        ray_address=settings.ray_address,
    )
    log_path = store.folder / run.log_path
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with (
        log_path.open("a", encoding="utf-8") as log,
        StatusLine() as line,
        orderly_interrupt("Cancels the training; a second Ctrl-C does so at once.") as wished,
    ):

        def say(progress: float, text: str) -> None:
            if wished.is_set():  # asked for here, since the signal may arrive amid a write to the database
                training_runs.request_cancel(store, run.id, by=settings.person)
            print(f"{progress:6.1%}  {text}", file=log, flush=True)
            line.show(progress_bar(progress, text))

        try:
            return carry_out(store, run.id, plan, say=say)
        except KeyboardInterrupt:
            return training_runs.finish(store, run.id, RunState.CANCELLED, verdict=CANCELLED)
