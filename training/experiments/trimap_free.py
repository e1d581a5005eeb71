"""Without a person's trimap: a drafter's trimap, uncorrected, before a network, beside the trimaps that are given.

    python -m training.experiments.trimap_free --dev DIR --work DIR [--weights FILE.safetensors]

Errors are over whole photos: a drafted trimap that calls hair background is wrong where nobody asks the network. The
last line is the path of the page that it wrote.
"""

import shutil
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from matting_core.arrays import BACKGROUND, FOREGROUND, Alpha, Trimap
from matting_core.classical import ClosedForm
from matting_core.drafting.drafters import build_drafter
from matting_core.matting import Matting
from matting_core.networks.registry import load_matting, shipped_weights
from matting_core.trimap import unknown_share
from training.evaluate import Evaluation, evaluate, find_truth
from training.experiments import options
from training.experiments.curves import Curve, drawn
from training.experiments.page import DIGITS, NAMES, slug, write_page
from training.experiments.results import METRICS, markdown, spread_of
from training.experiments.study import CLOSED_FORM, machine_of

DRAFTED = "drafted"
PAGE = "trimap-free"


@dataclass(frozen=True, slots=True)
class Finding:
    """A model's errors over whole photos, by one set of trimaps."""

    model: str
    trimaps: str
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class TrimapQuality:
    """Mean over the photos. unknown: share of unknown pixels. wrong: share of all pixels that are called known and are
    mostly the other class."""

    unknown: float
    wrong: float


def main(
    dev: options.Dev,
    work: options.Work,
    trimaps: options.Trimaps = None,
    drafter: Annotated[str, typer.Option(help="Name of the drafter.")] = "automatic",
    weights: Annotated[Path | None, typer.Option(help="Compact weights other than the shipped ones.")] = None,
    device: options.Device = "cpu",
    page: options.Page = options.RESULTS,
) -> None:
    """Score networks on drafted trimaps and on given ones."""
    with options.mistakes_in_plain_words():
        given = tuple(trimaps or ["trimap"])
        folder = draft_all(dev, work / f"drafted-by-{slug(drafter)}", drafter=drafter, given=given)
        own = weights.read_bytes() if weights else shipped_weights("compact")
        models: dict[str, Matting] = {CLOSED_FORM: ClosedForm(), "compact": load_matting("compact", own, device=device)}
        found = []
        for name, matting in models.items():
            for source in (DRAFTED, *given):
                with redirect_stdout(sys.stderr):  # PyMatting tells of hard photos where the results belong
                    found.append(Finding(name, source, evaluate(matting, folder, trimaps=source, whole=True)))
                options.note(f"{name}, {source}: SAD {found[-1].evaluation.mean.sad:.2f}")
        quality = {source: quality_of(folder, source) for source in (DRAFTED, *given)}
        typer.echo(write(found, quality, page, drafter=drafter, machine=machine_of(device)))


def draft_all(dev: Path, folder: Path, *, drafter: str, given: Sequence[str]) -> Path:
    """A copy of the evaluation folder that has the drafter's trimaps, too, in ``drafted/``.

    Raises EvaluationFolderError, and UnknownDrafterError.
    """
    drafts, by = folder / DRAFTED, build_drafter(drafter)
    drafts.mkdir(parents=True, exist_ok=True)
    for files in find_truth(dev, trimaps=given[0]):
        out = drafts / f"{files.image.stem}.png"
        if not out.is_file():
            Image.fromarray(by.draft(files.read()[0]).trimap).save(out)
    for name in ("image", "alpha", *given):
        shutil.copytree(dev / name, folder / name, dirs_exist_ok=True)
    return folder


def quality_of(folder: Path, trimaps: str) -> TrimapQuality:
    """How far a folder's trimaps are from the truth."""
    unknown, wrong = [], []
    for files in find_truth(folder, trimaps=trimaps):
        _, trimap, alpha = files.read()
        unknown.append(unknown_share(trimap))
        wrong.append(wrong_share(trimap, alpha))
    return TrimapQuality(float(np.mean(unknown)), float(np.mean(wrong)))


def wrong_share(trimap: Trimap, alpha: Alpha) -> float:
    """Share of pixels known as foreground with alpha below a half, or as background with alpha above it: [0, 1].

    trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1].
    """
    wrong = ((trimap == FOREGROUND) & (alpha < 0.5)) | ((trimap == BACKGROUND) & (alpha > 0.5))
    return float(wrong.mean())


def write(
    found: Sequence[Finding], quality: dict[str, TrimapQuality], folder: Path, *, drafter: str, machine: str
) -> Path:
    """The page about what was found."""
    compact = [one for one in found if one.model == "compact"]
    photos = len(found[0].evaluation.scores)
    sections = [
        "# Without a person's trimap",
        f"The trimap of the drafter `{drafter}`, not corrected by anybody, beside given ones. Errors are over whole "
        "photos: they cannot be compared with errors in the unknown region.",
        f"- Command: `python -m training.experiments.trimap_free --dev DEV --work WORK --drafter {drafter}`\n"
        f"- {photos} photos; machine: {machine}",
        markdown(
            ["model", "trimap", *(NAMES[metric] for metric in METRICS)],
            [
                [one.model, one.trimaps]
                + [f"{getattr(one.evaluation.mean, metric):.{DIGITS[metric]}f}" for metric in METRICS]
                for one in found
            ],
        ),
        "## The trimaps themselves",
        markdown(
            ["trimap", "unknown", "known, but mostly the other class"],
            [[name, f"{one.unknown:.1%}", f"{one.wrong:.2%}"] for name, one in quality.items()],
        ),
        "## Photo by photo, SAD of compact",
        _by_photo(compact),
        f"![SAD of compact, photos in order of it]({PAGE}-by-photo.svg)",
        _verdict(compact),
    ]
    return write_page(folder, PAGE, sections, curves={"by-photo": _picture(compact)})


def _by_photo(found: Sequence[Finding]) -> str:
    names = [score.name for score in found[0].evaluation.scores]
    columns = [{score.name: score.errors.sad for score in one.evaluation.scores} for one in found]
    rows = [[name, *(f"{column[name]:.2f}" for column in columns)] for name in names]
    return markdown(["photo", *(one.trimaps for one in found)], rows)


def _picture(found: Sequence[Finding]) -> str:
    curves = []
    for one in found:
        errors = sorted(score.errors.sad for score in one.evaluation.scores)
        curves.append(Curve(one.trimaps, [(rank, spread_of([error])) for rank, error in enumerate(errors, 1)]))
    return drawn(curves, title="SAD of compact over whole photos", x_name="photos, the best one first", y_name="SAD")


def _verdict(found: Sequence[Finding]) -> str:
    drafted, given = found[0].evaluation, found[1]
    theirs = {score.name: score.errors.sad for score in given.evaluation.scores}
    near = sum(score.errors.sad <= 2 * theirs[score.name] for score in drafted.scores)
    times = drafted.mean.sad / given.evaluation.mean.sad
    return (
        f"With the drafted trimaps, mean SAD is {times:.1f} times that with `{given.trimaps}`; on {near} of "
        f"{len(drafted.scores)} photos it is at most twice as large. The rest is what a person's correction is for."
    )


if __name__ == "__main__":
    typer.run(main)
