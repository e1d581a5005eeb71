"""``bundle``, and ``finetune --bundle``: what a training on another machine takes along, and that training."""

from pathlib import Path
from typing import Annotated

import typer

from studio.commands import completion
from studio.commands.errors import CommandError
from studio.commands.interrupts import INTERRUPTED, orderly_interrupt
from studio.commands.options import AsJson, DataDir, existing_store, limit_threads, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, complain, note, print_json, progress_bar
from studio.commands.whole_files import whole_file


def bundle(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The bundle (.zip).")],
    *,
    training_set: Annotated[
        int | None,
        typer.Option(
            min=1, help="Number of a frozen training set.  [default: what is approved now]", show_default=False
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Version to go on from.  [default: the live one]",
            show_default=False,
            autocompletion=completion.version_names,
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Of its recipe; else MATTELOOP_TRAINING_STEPS.", show_default=False)
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Of its recipe; else MATTELOOP_TRAINING_MINUTES.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Write a training bundle: all that a training on another machine needs, in one file.

    It holds the approved mattes to learn from with their photos, the weights to go on from, and the recipe. What a new
    version is judged by stays here. Take it to a machine with a GPU, train there with `finetune --bundle`, and take the
    result in with `models --import`.

    \b
    Examples:
      python app.py bundle studio.bundle.zip
    """
    settings = settings_from(training_steps=steps, training_minutes=minutes, data_dir=data_dir)
    speak_only_of_faults(settings)
    from studio.bundle_recipe import finetuning_of
    from studio.commands.model_choice import find_version
    from training.built_in_models import register_built_in_models
    from training.bundle.writing import prepare_bundle, write_bundle

    with existing_store(settings) as store:
        register_built_in_models(store)
        prepared = prepare_bundle(
            store,
            finetuning_of(settings),
            training_set_id=training_set,
            validation_share=settings.validation_share,
            parent=None if model is None else find_version(store, model),
            by=settings.person,
        )
        with StatusLine() as line, whole_file(out) as file:
            write_bundle(
                store,
                prepared,
                file,
                on_file=lambda done, count: line.show(progress_bar(done / count, f"{done} of {count} files")),
            )
    taught = prepared.manifest.training_set
    parent = prepared.manifest.parent.name
    if as_json:
        print_json({"path": out, "training_set": taught.number, "train": taught.train, "parent": parent})
        return
    note(f"training set {taught.number}: {taught.train} mattes to learn from, going on from {parent}")
    typer.echo(str(out))


def finetune_bundle(
    file: Path,
    out: Path,
    *,
    steps: int | None,
    minutes: float | None,
    batch: int | None,
    device: str | None,
) -> None:
    """Carry out the training of a bundle; see `studio.commands.pretraining.finetune`."""
    settings = settings_from(device=device)
    speak_only_of_faults(settings)
    from training.bundle.learning import Beside
    from training.bundle.learning import finetune_bundle as carry_out
    from training.bundle.reading import read_bundle
    from training.bundle.recipe import settings_of
    from training.learning.loop import TrainingStopped
    from training.models import choose_device

    if out.is_dir() or not out.parent.is_dir():  # known before the training rather than after it
        raise CommandError(f"{out} cannot be written: name a file in a folder that is there")
    limit_threads(settings)
    with (
        StatusLine() as line,
        orderly_interrupt("Stops after this step; give the same command again to go on.") as wished,
        read_bundle(
            file,
            limits=settings.image_limits,
            on_file=lambda done, count: line.show(progress_bar(done / count, f"verified {done} of {count} files")),
        ) as opened,
    ):
        plan = settings_of(
            opened.manifest.recipe, device=choose_device(settings.device), steps=steps, minutes=minutes, batch=batch
        )

        def say(progress: float, text: str) -> bool:
            line.show(progress_bar(progress, text))
            return not wished.is_set()

        try:
            card = carry_out(opened, out, plan, say=say)
        except (TrainingStopped, KeyboardInterrupt) as error:
            kept = Beside.of(out, opened).checkpoint
            complain(
                f"Stopped. {kept} holds the state to go on from."
                if kept.is_file()
                else "Stopped before the first step."
            )
            raise typer.Exit(INTERRUPTED) from error
    if card.warning:
        note(f"note: {card.warning}")
    typer.echo(str(out))
