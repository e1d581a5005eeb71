"""``pretrain`` and ``finetune``: how weights come to be, from photos alone and from photos with mattes, without the
studio.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands.bundles import finetune_bundle
from studio.commands.errors import CommandError
from studio.commands.interrupts import INTERRUPTED, orderly_interrupt
from studio.commands.options import limit_threads, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, complain, note, progress_bar
from studio.commands.whole_files import whole_file

if TYPE_CHECKING:
    from training.learning.loop import Progress
    from training.matte_folders import MatteFiles

Device = Annotated[
    str | None,
    typer.Option(help="cpu, cuda, cuda:1 ..., or auto; else MATTELOOP_DEVICE.", show_default=False),
]
LEAST_TO_JUDGE = 4
"""Products from which on some are kept apart to judge by."""


def pretrain(
    photos: Annotated[
        Path, typer.Argument(metavar="PHOTOS", help="Folder of unlabelled photos, searched recursively.")
    ],
    *,
    recipe: Annotated[
        str, typer.Option(metavar="NAME", help="A recipe of training/recipes, or the path of a .toml file.")
    ] = "compact",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The weights.  [default: RECIPE.safetensors]", show_default=False),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Samples, log and the state to go on from.  [default: RECIPE-work beside OUT]",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Instead of the recipe's length.", show_default=False)
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Instead of the recipe's length.", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the recipe's.", show_default=False)] = None,
    device: Device = None,
    devices: Annotated[int, typer.Option(min=1, help="How many of them, each with a process of its own.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes that make samples with a classical prior.")] = 1,
) -> None:
    """Pre-train a network on synthetic samples made from unlabelled photos.

    The weights are written now and then, and at the end. A run that was interrupted goes on where it stopped when the
    same command is given again. FOLDER/course.jsonl and TensorBoard (`tensorboard --logdir FOLDER`) show its course.
    The exit status is 130 after Ctrl-C.

    \b
    Examples:
      python app.py pretrain photos/ --recipe compact --out compact.safetensors
      python app.py pretrain photos/ --recipe matteformer-patches --device cuda --devices 4
    """
    settings = settings_from(device=device)
    speak_only_of_faults(settings)
    from training.learning.loop import TrainingStopped
    from training.models import choose_device
    from training.pretrain import Place
    from training.pretrain import pretrain as carry_out
    from training.recipes.recipe import load_recipe

    if not photos.is_dir():
        raise CommandError(f"there is no folder {photos}")
    plan = load_recipe(recipe).changed(steps=steps, minutes=minutes, seed=seed)
    out = out or Path(f"{plan.name}.safetensors")
    place = Place(
        photos=photos,
        work=work or out.parent / f"{plan.name}-work",
        out=out,
        device=choose_device(settings.device),
        devices=devices,
        workers=workers,
    )
    limit_threads(settings)
    first = os.environ.get("LOCAL_RANK", "0") == "0"  # of several processes, which are started with this same command
    with (
        StatusLine() as line,
        orderly_interrupt("Stops after this step; give the same command again to go on.") as wished,
    ):

        def say(row: "Progress", error: float | None) -> bool:
            line.show(progress_bar(row.share, _words(row)))
            if error is not None:
                note(f"step {row.step}: error {error:.4f} on held-out samples")
            return not wished.is_set()

        try:
            carry_out(plan, place, say=say if first else None)
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        except (TrainingStopped, KeyboardInterrupt) as error:
            if not first:  # the first process tells, and an exit status of another one would have it killed
                raise typer.Exit from error
            complain(
                f"Stopped. {place.checkpoint} holds the state to go on from."
                if place.checkpoint.is_file()
                else "Stopped before the first step."
            )
            raise typer.Exit(INTERRUPTED) from error
    if first:
        typer.echo(str(out))


def finetune(
    mattes: Annotated[
        Path | None,
        typer.Argument(metavar="MATTES", help="Folder with image/, alpha/ and perhaps trimap/, or of such folders."),
    ] = None,
    out: Annotated[Path | None, typer.Argument(metavar="OUT", help="The new weights (.safetensors).")] = None,
    *,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A training bundle of a studio, instead of MATTES.", show_default=False),
    ] = None,
    result: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="What becomes of a bundle (.zip).", show_default=False),
    ] = None,
    architecture: Annotated[str, typer.Option(help="compact, matteformer or resnet50.")] = "compact",
    start: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Weights to start from.  [default: the shipped ones]", show_default=False),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(min=1, help="Steps of the training.  [default: 300, or the bundle's]", show_default=False),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            help="Minutes after which it ends at the latest.  [default: 30, or the bundle's]",
            show_default=False,
        ),
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Samples a step, of a bundle; else its own.", show_default=False)
    ] = None,
    learning_rate: Annotated[float, typer.Option(min=1e-8, help="Peak learning rate.")] = 3e-4,
    held_out: Annotated[float, typer.Option(min=0, max=0.9, help="Share of the mattes kept to judge by.")] = 0.25,
    seed: Annotated[int, typer.Option(min=0, help="Decides the split, the windows and their order.")] = 0,
    device: Device = None,
) -> None:
    """Fine-tune a pre-trained network on photos with mattes.

    A share of the mattes is not learnt from: the old and the new weights are compared on it at the end. Where trimap/
    is missing, trimaps are made from the mattes. The exit status is 0 whichever is better, 130 after Ctrl-C.

    With --bundle, everything comes from a studio (`bundle`) and goes back there (`models --import`), where the result
    is judged. Such a training goes on where it was stopped when the same command is given again.

    \b
    Examples:
      python app.py finetune mattes/ tuned.safetensors
      python app.py finetune mattes/ tuned.safetensors --start pretrained.safetensors --steps 1000
      python app.py finetune --bundle studio.bundle.zip --out tuned.zip --device cuda
    """
    if bundle is not None:
        if mattes is not None or out is not None or result is None:
            raise CommandError("with --bundle FILE, give --out FILE, and neither MATTES nor OUT")
        finetune_bundle(bundle, result, steps=steps, minutes=minutes, batch=batch, device=device)
        return
    if mattes is None or out is None or result is not None or batch is not None:
        raise CommandError("name a folder MATTES and a file OUT, or give --bundle FILE and --out FILE")
    steps, minutes = steps or 300, minutes or 30
    settings = settings_from(device=device)
    speak_only_of_faults(settings)
    from annotation_store.file_names import product_group
    from matting_core.networks.registry import ARCHITECTURES, load_network, save_network, shipped_weights
    from training.finetune import finetune as carry_out
    from training.finetune_settings import FinetuneSettings
    from training.gate.comparison import JudgedExample, compare_image
    from training.gate.judging import judge
    from training.gate.words import in_words
    from training.learning.loop import TrainingStopped
    from training.learning_material import gather
    from training.lessons import Lesson
    from training.matte_folders import find_mattes
    from training.models import choose_device

    if out.is_dir() or not out.parent.is_dir():  # known before the training rather than after it
        raise CommandError(f"{out} cannot be written: name a file in a folder that is there")
    learn_from, judge_by = _split(find_mattes(mattes), share=held_out, seed=seed)
    if start is None and architecture != "compact":
        raise CommandError(f"no weights of {architecture} come with the program: name some with --start")
    weights = start.read_bytes() if start else shipped_weights(architecture)
    before, network = load_network(architecture, weights), load_network(architecture, weights)
    chosen = choose_device(settings.device)
    plan = FinetuneSettings(steps=steps, minutes=minutes, learning_rate=learning_rate, device=chosen, seed=seed)
    limit_threads(settings)
    note(f"{len(learn_from)} mattes to learn from, {len(judge_by)} to judge by")
    with (
        StatusLine() as line,
        orderly_interrupt("Cancels the training; a second Ctrl-C does so at once.") as wished,
    ):

        def reading(done: int) -> None:
            line.show(progress_bar(done / len(learn_from), f"reading {done} of {len(learn_from)}"))

        def learning(row: "Progress", _averaged: object) -> bool:
            line.show(progress_bar(row.share, _words(row)))
            return not wished.is_set()

        try:
            lessons = (Lesson(files.read(seed=seed), product_group(files.image.name)) for files in learn_from)
            material = gather(lessons, plan.material, seed=seed, on_lesson=reading)
            learnt = carry_out(network, material, plan, on_step=learning).network
        except (TrainingStopped, KeyboardInterrupt) as error:
            complain("Cancelled. Nothing was written.")
            raise typer.Exit(INTERRUPTED) from error
        with whole_file(out) as file:
            file.write(save_network(learnt))
        comparisons = []
        models = [ARCHITECTURES[architecture].wrap(one, device=chosen) for one in (before, learnt)]
        for done, files in enumerate(judge_by, 1):
            seen = files.read(seed=seed)
            example = JudgedExample(done, 0, "", False, seen.rgb, seen.trimap, seen.alpha)
            comparisons.append(compare_image(models[0], models[1], example)[0])
            line.show(progress_bar(done / len(judge_by), "comparing with the start"))
    typer.echo(str(out))
    if judge_by:
        typer.echo(in_words(judge(comparisons).overall, live_name="the start"))


def _split(found: "list[MatteFiles]", *, share: float, seed: int) -> "tuple[list[MatteFiles], list[MatteFiles]]":
    """To learn from and to judge by, at random, all shots of a product on one side; of few products, all are learnt
    from."""
    import numpy as np

    from annotation_store.file_names import product_group

    products = sorted({product_group(files.image.name) for files in found})
    count = round(len(products) * share) if len(products) >= LEAST_TO_JUDGE else 0
    kept = set(np.random.default_rng(seed).permutation(products)[:count].tolist())
    sides: tuple[list[MatteFiles], list[MatteFiles]] = ([], [])
    for files in found:
        sides[product_group(files.image.name) in kept].append(files)
    return sides


def _words(row: "Progress") -> str:
    pace = f"{row.samples_per_second:.1f} samples/s"
    return f"step {row.step}, error {row.error:.4f}, {pace}, {_left(row.seconds_left)} left"


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
