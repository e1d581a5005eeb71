"""Initialisations on one budget: random weights beside four pre-trainings, for one or several networks.

    python -m training.experiments.initialisations --photos DIR --mattes DIR --dev DIR --work DIR
        --kind compact --kind compact-prior --kind resnet50

Every start is fine-tuned alike on the same K mattes. What `few_labels` measured in the same work folder with the same
budget is taken from there. The last line is the path of the page that it wrote.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from training.experiments import options
from training.experiments.few_labels import PAIRS
from training.experiments.page import (
    CAUTION,
    Findings,
    changes,
    conditions,
    errors_by_labels,
    errors_by_metric,
    picture_of_steps,
    slug,
    verdicts,
    write_page,
)
from training.experiments.results import Table
from training.experiments.scoring import kind_of
from training.experiments.starts import STARTS, base_recipe
from training.experiments.study import Study, run
from training.recipes.recipe import Recipe

LABELS = 36
PAGE = "initialisations"


class Kind(StrEnum):
    """The networks that are compared: compact without and with its prior, and the large ones."""

    COMPACT = "compact"
    COMPACT_PRIOR = "compact-prior"
    RESNET50 = "resnet50"
    MATTEFORMER = "matteformer"


def main(
    photos: options.Photos,
    mattes: options.Mattes,
    dev: options.Dev,
    work: options.Work,
    kind: Annotated[list[Kind] | None, typer.Option(help="Networks; else compact without and with its prior.")] = None,
    trimaps: options.Trimaps = None,
    labels: Annotated[int, typer.Option(min=1, help="Mattes to learn from.")] = LABELS,
    seeds: options.Seeds = 2,
    pretrain_steps: options.PretrainSteps = None,
    steps: options.Steps = 200,
    learning_rate: options.LearningRate = 1e-3,
    crop: options.Crop = None,
    recipe: options.RecipeName = None,
    device: options.Device = "cpu",
    workers: options.Workers = 1,
    page: options.Page = options.RESULTS,
) -> None:
    """Fine-tune every start of every network and measure the errors."""
    with options.mistakes_in_plain_words():
        data = options.data_of(photos, mattes, dev, trimaps)
        found = []
        for one in kind or (Kind.COMPACT, Kind.COMPACT_PRIOR):
            study = Study(
                base_of(one, recipe, steps=pretrain_steps, size=crop),
                tuple(STARTS.values()),
                labels=(labels,),
                seeds=seeds,
                finetuning=options.finetuning_of(steps, learning_rate, on_the_way=True),
            )
            rows = run(study, data, work, device=device, workers=workers, say=options.note)
            found.append(Findings(study, Table(rows), data.trimaps))
            typer.echo(write(found, page))


def base_of(kind: Kind, recipe: str | None, *, steps: int | None, size: int | None) -> Recipe:
    """What the initialisations of one kind of network are derived from."""
    architecture = "compact" if kind is Kind.COMPACT_PRIOR else kind.value
    return base_recipe(recipe, architecture=architecture, prior=kind is Kind.COMPACT_PRIOR, steps=steps, size=size)


def write(found: list[Findings], folder: Path) -> Path:
    """One page about all networks."""
    sections = [
        "# Initialisations on one budget",
        "Each start is followed by the same fine-tuning on the same true mattes. Pre-trainings take the same number of "
        "steps; patches-then-realistic shares them out, half each.",
        CAUTION,
    ]
    pictures = {}
    for findings in found:
        sections += _sections(findings)
        for trimaps in findings.trimaps:
            (labels,) = findings.study.labels
            pictures[_picture(findings, trimaps)] = picture_of_steps(findings, labels=labels, trimaps=trimaps)
    return write_page(folder, PAGE, sections, curves=pictures)


def _picture(findings: Findings, trimaps: str) -> str:
    return f"{slug(kind_of(findings.study.base))}-{trimaps}"


def _sections(findings: Findings) -> list[str]:
    (labels,) = findings.study.labels
    sections = [f"## {kind_of(findings.study.base)}", conditions(findings, module="initialisations")]
    for trimaps in findings.trimaps:
        sections += [
            f"SAD on {trimaps}, before and after fine-tuning:",
            errors_by_labels(findings, trimaps=trimaps),
            f"![SAD against steps]({PAGE}-{_picture(findings, trimaps)}.svg)",
            f"All errors on {trimaps} after fine-tuning on {labels} mattes:",
            errors_by_metric(findings, labels=labels, trimaps=trimaps),
            "Change of SAD; below zero, the first is better.",
            changes(findings, PAIRS, trimaps=trimaps),
            verdicts(findings, PAIRS, trimaps=trimaps),
        ]
    return sections


if __name__ == "__main__":
    typer.run(main)
