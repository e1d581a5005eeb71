"""Pages of results: what was run, tables, curves, and what may be said about them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.experiments.curves import Curve, drawn
from training.experiments.results import METRICS, Table, compare, markdown
from training.experiments.scoring import kind_of
from training.experiments.study import CLOSED_FORM, Study
from training.whole_file import write_atomically

NAMES = {"sad": "SAD", "mse": "MSE", "grad": "Grad", "conn": "Conn"}
DIGITS = {"sad": 2, "mse": 4, "grad": 2, "conn": 2}
NOTHING = "-"
CAUTION = (
    "Errors are means over the photos of a folder that was only measured on; ± is the sample standard deviation over "
    "the seeds, each of which draws its own weights, samples, choice of mattes and batches. A difference counts as "
    "clear if it is larger than both deviations together; two seeds give a rough idea of that, no more. No setting was "
    "chosen by these errors. What holds for so short a pre-training need not hold for a long one: DPT's own is about "
    "250,000 steps of 512 samples."
)


@dataclass(frozen=True, slots=True)
class Findings:
    """A study and what was measured; everything on a page is read off it."""

    study: Study
    table: Table
    trimaps: tuple[str, ...]

    @property
    def starts(self) -> list[str]:
        return [initialisation.name for initialisation in self.study.initialisations]

    @property
    def end(self) -> int:
        return self.study.finetuning.steps

    def cell(self, start: str, *, labels: int, trimaps: str, metric: str = "sad") -> str:
        step = self.end if labels else 0
        spread = self.table.errors(start, labels=labels, step=step, trimaps=trimaps, metric=metric)
        return NOTHING if spread is None else spread.text(DIGITS[metric])


def conditions(findings: Findings, *, module: str) -> str:
    """What was run, on what. module: of the command, in `training.experiments`."""
    base, learning, end = findings.study.base, findings.study.base.learning, findings.end
    labels = " ".join(f"--labels {count}" for count in findings.study.labels)
    kind = base.architecture + ("" if base.architecture != "compact" else " --prior" if base.prior else " --no-prior")
    lines = [
        f"- Command: `python -m training.experiments.{module} --photos PHOTOS --mattes MATTES --dev DEV --work WORK "
        f"--architecture {kind} --crop {base.size} --pretrain-steps {learning.steps} --steps {end} "
        f"--learning-rate {findings.study.finetuning.learning_rate:g} --seeds {findings.table.seeds} {labels}`",
        f"- Pre-training: {learning.steps} steps of {base.batch} samples, {base.size} x {base.size} pixels, "
        f"{learning.objective} loss, rate {learning.learning_rate:g}, {learning.precision}",
        f"- Fine-tuning, the same for all: {end} steps of {base.batch} crops, {base.crop} x {base.crop} pixels, "
        f"rate {findings.study.finetuning.learning_rate:g}, all weights, norms not frozen",
        f"- Seeds: {findings.table.seeds}; machine: {'; '.join(findings.table.machines)}",
    ]
    if base.prior:
        lines.append(
            "- Samples of all pretexts have their classical prior, but for masked photos: hidden blocks without a "
            "trimap have none, so that start is made without a prior and meets it in fine-tuning"
        )
    return "\n".join(lines)


def errors_by_labels(findings: Findings, *, trimaps: str) -> str:
    """SAD of each start before and after learning from each number of mattes."""
    labels = (0, *findings.study.labels)
    header = ["start", "no matte", *(f"K = {count}" for count in labels[1:])]
    rows = [
        [start, *(findings.cell(start, labels=count, trimaps=trimaps) for count in labels)] for start in findings.starts
    ]
    closed_form = findings.cell(CLOSED_FORM, labels=0, trimaps=trimaps)
    return markdown(header, [*rows, [CLOSED_FORM, closed_form, *(NOTHING for _ in labels[1:])]])


def errors_by_metric(findings: Findings, *, labels: int, trimaps: str) -> str:
    """All four errors at the end."""
    rows = [
        [start, *(findings.cell(start, labels=labels, trimaps=trimaps, metric=metric) for metric in METRICS)]
        for start in findings.starts
    ]
    closed_form = [findings.cell(CLOSED_FORM, labels=0, trimaps=trimaps, metric=metric) for metric in METRICS]
    return markdown(["start", *(NAMES[metric] for metric in METRICS)], [*rows, [CLOSED_FORM, *closed_form]])


def changes(findings: Findings, pairs: Sequence[tuple[str, str]], *, trimaps: str) -> str:
    """SAD of one start against another's, at the end: below zero, the first is better."""
    rows = [
        [
            f"{start} against {other}",
            *(_change(findings, start, other, labels, trimaps) for labels in findings.study.labels),
        ]
        for start, other in pairs
    ]
    return markdown(["", *(f"K = {count}" for count in findings.study.labels)], rows)


def verdicts(findings: Findings, pairs: Sequence[tuple[str, str]], *, trimaps: str) -> str:
    """The same in words: where one start helped, where it did harm, and where nobody can tell."""
    return "\n".join(f"- {_verdict(findings, *pair, trimaps=trimaps)}" for pair in pairs)


def picture_of_steps(findings: Findings, *, labels: int, trimaps: str) -> str:
    """SAD of all starts while they learn from so many mattes."""
    courses = [Curve(start, findings.table.course(start, labels=labels, trimaps=trimaps)) for start in findings.starts]
    title = f"{kind_of(findings.study.base)}: SAD while learning from {labels} mattes"
    return drawn(courses, title=title, x_name="steps of fine-tuning", y_name="SAD")


def write_page(folder: Path, name: str, sections: Sequence[str], *, curves: Mapping[str, str]) -> Path:
    """The page ``NAME.md`` and its curves ``NAME-CURVE.svg``; returns the page's path."""
    for curve, picture in curves.items():
        write_atomically(folder / f"{name}-{curve}.svg", picture.encode())
    page = folder / f"{name}.md"
    write_atomically(page, ("\n\n".join(section for section in sections if section) + "\n").encode())
    return page


def slug(text: str) -> str:
    return text.replace(" ", "-")


def _change(findings: Findings, start: str, other: str, labels: int, trimaps: str) -> str:
    ours, theirs = (
        findings.table.errors(name, labels=labels, step=findings.end, trimaps=trimaps) for name in (start, other)
    )
    return NOTHING if ours is None or theirs is None else compare(ours, theirs).text()


def _verdict(findings: Findings, start: str, other: str, *, trimaps: str) -> str:
    lower: list[str] = []
    higher: list[str] = []
    unclear: list[str] = []
    single = False
    for labels in findings.study.labels:
        ours, theirs = (
            findings.table.errors(name, labels=labels, step=findings.end, trimaps=trimaps) for name in (start, other)
        )
        if ours is None or theirs is None:
            continue
        single = single or math.isnan(ours.deviation)
        comparison = compare(ours, theirs)
        side = unclear if not comparison.clear else lower if comparison.change < 0 else higher
        side.append(f"{labels}")
    said = [
        f"{words} at K = {', '.join(where)}"
        for words, where in (("lower errors", lower), ("higher errors", higher), ("no clear difference", unclear))
        if where
    ]
    told = "; ".join(said) if said else "not measured yet"
    return f"**{start}** against **{other}**: {told}{' (a single seed tells no difference from chance)' * single}."
