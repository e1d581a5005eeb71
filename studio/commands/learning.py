"""``retrain`` and ``retrain-drafter``: model and drafter learn from what was approved."""

from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands.interrupts import INTERRUPTED, orderly_interrupt
from studio.commands.options import DataDir, existing_store, limit_threads, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, complain, progress_bar
from studio.commands.whole_files import whole_file

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
    data_dir: DataDir = None,
) -> None:
    """Train a new model version on the approved mattes.

    It goes live if it beats the live model on mattes that neither was trained on. Runs here, beside the studio or
    without it. Ctrl-C cancels it. The exit status is 0 if the training came to its end, whether the new version went
    live or not, 130 if it was cancelled, 1 if it failed.

    \b
    Examples:
      python app.py retrain
      python app.py retrain --steps 1000 --minutes 120
    """
    settings = settings_from(training_steps=steps, training_minutes=minutes, data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.learning import training_runs
    from annotation_store.states import RunState
    from studio.training_job import training_is_alive
    from training.built_in_models import register_built_in_models

    with existing_store(settings) as store:
        register_built_in_models(store)
        training_runs.put_back_lost(store, is_alive=training_is_alive)
        run = _train(store, settings, training_runs.request(store, by=settings.person))
    if run.state is RunState.SUCCEEDED:
        typer.echo(run.verdict)
    else:
        complain(run.verdict or f"the training is {run.state.value}")
        raise typer.Exit(INTERRUPTED if run.state is RunState.CANCELLED else 1)


def _train(store: "Store", settings: "Settings", run: "RunRecord") -> "RunRecord":
    """Carry the run out, with a progress bar here and the same lines in its log."""
    from annotation_store.learning import training_runs
    from annotation_store.states import RunState
    from training.finetune import FinetuneSettings
    from training.models import choose_device
    from training.retrain import RetrainSettings
    from training.retrain import retrain as carry_out

    finetune = FinetuneSettings(
        steps=settings.training_steps,
        minutes=settings.training_minutes,
        learning_rate=settings.learning_rate,
        device=choose_device(settings.device),
    )
    plan = RetrainSettings(
        finetune, validation_share=settings.validation_share, threads=settings.threads, device=settings.device
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
            return training_runs.finish(
                store, run.id, RunState.CANCELLED, verdict="Cancelled. The live model is unchanged."
            )


def retrain_drafter(
    *,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the training.")] = 600,
    minutes: Annotated[float, typer.Option(min=0.01, help="Minutes after which it ends at the latest.")] = 30,
    data_dir: DataDir = None,
) -> None:
    """Train the drafter on the approved trimaps.

    It makes all later drafts if it beats the automatic drafter, and the learned one before it, on trimaps that it was
    not trained on. Runs here, beside the studio or without it. Ctrl-C cancels it. The exit status is 0 if the training
    came to its end, whether the new drafter is kept or not, 130 if it was cancelled, 1 if it failed. To go back to
    the automatic drafter, delete drafter.safetensors in the data folder.

    \b
    Examples:
      python app.py retrain-drafter
      python app.py retrain-drafter --steps 2000 --minutes 120
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        from studio.drafter_choice import learned_drafter, weights_path
        from training.drafter.drafter_training import DrafterSettings
        from training.drafter.retrain_drafter import RetrainDrafterSettings
        from training.drafter.retrain_drafter import retrain_drafter as carry_out
        from training.learning.loop import TrainingStopped
        from training.models import choose_device

        plan = RetrainDrafterSettings(
            DrafterSettings(steps=steps, minutes=minutes, device=choose_device(settings.device)),
            validation_share=settings.validation_share,
        )
        limit_threads(settings)
        with (
            StatusLine() as line,
            orderly_interrupt("Cancels the training; a second Ctrl-C does so at once.") as wished,
        ):

            def say(progress: float, text: str) -> bool:
                line.show(progress_bar(progress, text))
                return not wished.is_set()

            try:
                weights, verdict = carry_out(store, plan, by=settings.person, current=learned_drafter(store), say=say)
            except (TrainingStopped, KeyboardInterrupt) as error:
                complain("Cancelled. Drafts are made as before.")
                raise typer.Exit(INTERRUPTED) from error
        if verdict.better:
            with whole_file(weights_path(store)) as file:
                file.write(weights)
    typer.echo(verdict.reason)
