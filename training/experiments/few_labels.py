"""Few labels: how much each start helps a network that then learns from K mattes, and how many steps it saves.

    python -m training.experiments.few_labels --photos DIR --mattes DIR --dev DIR --work DIR --no-prior

Goes on where it was interrupted. The last line is the path of the page that it wrote.
"""

from pathlib import Path

import typer

from training.experiments import options
from training.experiments.curves import Curve, drawn
from training.experiments.page import (
    CAUTION,
    NOTHING,
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
from training.experiments.results import Table, markdown, steps_to_reach
from training.experiments.scoring import kind_of
from training.experiments.starts import STARTS, Start, base_recipe
from training.experiments.study import CLOSED_FORM, Study, run

LABELS = (4, 12, 36)
PAIRS = (
    (Start.PATCHES_CODE, Start.RANDOM),
    (Start.PATCHES_CODE, Start.MASKED),
    (Start.PATCHES_CODE, Start.REALISTIC),
    (Start.PATCHES_FIGURE, Start.PATCHES_CODE),
    (Start.REALISTIC, Start.RANDOM),
    (Start.PATCHES_THEN_REALISTIC, Start.REALISTIC),
)
"""The questions; each is answered, whatever the answer."""


def main(
    photos: options.Photos,
    mattes: options.Mattes,
    dev: options.Dev,
    work: options.Work,
    trimaps: options.Trimaps = None,
    labels: options.Labels = None,
    seeds: options.Seeds = 2,
    pretrain_steps: options.PretrainSteps = None,
    steps: options.Steps = 200,
    learning_rate: options.LearningRate = 1e-3,
    crop: options.Crop = None,
    architecture: options.Architecture = None,
    prior: options.Prior = None,
    recipe: options.RecipeName = None,
    device: options.Device = "cpu",
    workers: options.Workers = 1,
    page: options.Page = options.RESULTS,
) -> None:
    """Fine-tune every start on few mattes and measure the errors."""
    with options.mistakes_in_plain_words():
        study = Study(
            base_recipe(recipe, architecture=architecture, prior=prior, steps=pretrain_steps, size=crop),
            tuple(STARTS.values()),
            labels=tuple(sorted(labels or LABELS)),
            seeds=seeds,
            finetuning=options.finetuning_of(steps, learning_rate, on_the_way=True),
        )
        data = options.data_of(photos, mattes, dev, trimaps)
        rows = run(study, data, work, device=device, workers=workers, say=options.note)
        typer.echo(write(Findings(study, Table(rows), data.trimaps), page))


def write(findings: Findings, folder: Path) -> Path:
    """The page about what was found."""
    kind = kind_of(findings.study.base)
    name = f"few-labels-{slug(kind)}"
    sections = [
        f"# Few labels: {kind}",
        "How much of what a start has learnt is left once the network learns from K true mattes.",
        conditions(findings, module="few_labels"),
        CAUTION,
    ]
    pictures: dict[str, str] = {}
    for trimaps in findings.trimaps:
        sections += _sections(findings, trimaps, name)
        pictures |= _pictures(findings, trimaps)
    return write_page(folder, name, sections, curves=pictures)


def steps_saved(findings: Findings, *, trimaps: str) -> str:
    """For each start and number of mattes, the step at which it is as good as random weights are at the end."""
    labels = findings.study.labels
    return markdown(
        ["start", *(f"K = {count}" for count in labels)],
        [[start, *(_reached(findings, start, count, trimaps) for count in labels)] for start in findings.starts],
    )


def _reached(findings: Findings, start: str, labels: int, trimaps: str) -> str:
    target = findings.table.errors(Start.RANDOM, labels=labels, step=findings.end, trimaps=trimaps)
    course = findings.table.course(start, labels=labels, trimaps=trimaps)
    if target is None or not course:
        return NOTHING
    reached = steps_to_reach([(step, spread.mean) for step, spread in course], target.mean)
    return "not reached" if reached is None else f"{reached:.0f}"


def _sections(findings: Findings, trimaps: str, name: str) -> list[str]:
    labels = findings.study.labels
    return [
        f"## SAD against the number of mattes: {trimaps}",
        errors_by_labels(findings, trimaps=trimaps),
        f"![SAD against the number of mattes]({name}-{trimaps}-labels.svg)",
        f"All errors at K = {labels[-1]}:",
        errors_by_metric(findings, labels=labels[-1], trimaps=trimaps),
        f"## Steps: {trimaps}",
        f"The step of fine-tuning at which a start's mean SAD is what random weights reach after {findings.end}, on "
        "straight lines between what was measured; 0 is before it has seen any matte. A course that is not falling all "
        "the way, that of random weights included, may be there before its end:",
        steps_saved(findings, trimaps=trimaps),
        *(f"![SAD against steps at K = {count}]({name}-{trimaps}-steps-{count}.svg)" for count in labels),
        f"## What it says: {trimaps}",
        "Change of SAD at the end; below zero, the first is better.",
        changes(findings, PAIRS, trimaps=trimaps),
        verdicts(findings, PAIRS, trimaps=trimaps),
    ]


def _pictures(findings: Findings, trimaps: str) -> dict[str, str]:
    """By the end of their file's name."""
    table, labels = findings.table, findings.study.labels
    by_labels = []
    for start in findings.starts:
        found = ((count, table.errors(start, labels=count, step=findings.end, trimaps=trimaps)) for count in labels)
        by_labels.append(Curve(start, [(count, spread) for count, spread in found if spread is not None]))
    closed_form = table.errors(CLOSED_FORM, labels=0, step=0, trimaps=trimaps)
    if closed_form is not None:
        by_labels.append(Curve(CLOSED_FORM, [(count, closed_form) for count in (labels[0], labels[-1])]))
    pictures = {
        f"{trimaps}-labels": drawn(
            by_labels, title=f"SAD after {findings.end} steps", x_name="mattes", y_name="SAD", logarithmic=True
        )
    }
    for count in labels:
        pictures[f"{trimaps}-steps-{count}"] = picture_of_steps(findings, labels=count, trimaps=trimaps)
    return pictures


if __name__ == "__main__":
    typer.run(main)
