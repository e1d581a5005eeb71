"""Ablations of DPT's pretext: one value changed at a time, all else as in the authors' code.

    python -m training.experiments.pretext_ablations --photos DIR --mattes DIR --dev DIR --work DIR

Patches of 4, 7, 14 and 28 pixels need samples whose side is a multiple of 28: 224 as DPT has it, or 112 on a CPU. The
last line is the path of the page that it wrote.
"""

from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

import typer

from training.composing.composer import Pretext
from training.experiments import options
from training.experiments.curves import Curve, drawn
from training.experiments.page import CAUTION, NOTHING, Findings, conditions, write_page
from training.experiments.results import Table, compare, markdown
from training.experiments.scoring import kind_of
from training.experiments.starts import STARTS, Initialisation, Stage, Start, base_recipe
from training.experiments.study import Study, run
from training.pretext.patches import PatchNoise

PAGE = "pretext-ablations"
SIZE = 112
LABELS = 12
MOST_PHOTOS = 2000
DPT = Stage(Pretext.PATCHES, photos=MOST_PHOTOS)
REFERENCE = Initialisation("dpt", (DPT,))


@dataclass(frozen=True, slots=True)
class Factor:
    """One value of the pretext. key: of its picture's name. own: the reference's value, and variants: the others with
    theirs; None where values are no numbers. logarithmic: how the values are drawn."""

    name: str
    key: str
    own: float | None
    variants: tuple[tuple[float | None, Initialisation], ...]
    logarithmic: bool = False


def _variant(name: str, stage: Stage) -> Initialisation:
    return Initialisation(name, (stage,))


FACTORS = (
    Factor(
        "Side of a patch in pixels (DPT: 7)",
        "patch",
        7,
        tuple((side, _variant(f"patch-{side}", replace(DPT, patch=side))) for side in (4, 14, 28)),
        logarithmic=True,
    ),
    Factor(
        "Known patches in per cent (DPT: 25)",
        "known",
        25,
        tuple(
            (per_cent, _variant(f"known-{per_cent}", replace(DPT, known_share=per_cent / 100))) for per_cent in (10, 50)
        ),
    ),
    Factor(
        "Photos in the pool (reference: at most 2000)",
        "photos",
        MOST_PHOTOS,
        tuple((count, _variant(f"photos-{count}", replace(DPT, photos=count))) for count in (100, 500)),
        logarithmic=True,
    ),
    Factor(
        "Noise in unknown patches (DPT: pixel by pixel)",
        "noise",
        None,
        ((None, _variant("noise-smooth", replace(DPT, noise=PatchNoise.SMOOTH))),),
    ),
)


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
    crop: options.Crop = SIZE,
    architecture: options.Architecture = None,
    recipe: options.RecipeName = None,
    device: options.Device = "cpu",
    page: options.Page = options.RESULTS,
) -> None:
    """Fine-tune what each variant of the pretext has taught, and measure the errors."""
    with options.mistakes_in_plain_words():
        study = Study(
            base_recipe(recipe, architecture=architecture, prior=False, steps=pretrain_steps, size=crop),
            (STARTS[Start.RANDOM], REFERENCE, *(one for factor in FACTORS for _, one in factor.variants)),
            labels=tuple(sorted(labels or (LABELS,))),
            seeds=seeds,
            finetuning=options.finetuning_of(steps, learning_rate),
        )
        data = options.data_of(photos, mattes, dev, trimaps)
        rows = run(study, data, work, device=device, say=options.note)
        typer.echo(write(Findings(study, Table(rows), data.trimaps), page))


def write(findings: Findings, folder: Path) -> Path:
    """The page about what was found."""
    sections = [
        f"# Ablations of DPT's pretext: {kind_of(findings.study.base)}",
        "One value is changed at a time. The reference has patches of 7 pixels, 25 % of them known, at most 2000 "
        "photos, and noise pixel by pixel, in the order of the code.",
        conditions(findings, module="pretext_ablations"),
        CAUTION,
    ]
    pictures = {}
    for trimaps in findings.trimaps:
        for labels in findings.study.labels:
            sections.append(f"## SAD on {trimaps}, K = {labels}")
            sections.append(_table(findings, [Start.RANDOM.value, REFERENCE.name], labels=labels, trimaps=trimaps))
            for factor in FACTORS:
                names = [variant.name for _, variant in factor.variants]
                sections += [f"{factor.name}:", _table(findings, names, labels=labels, trimaps=trimaps)]
                if factor.own is not None:
                    picture = f"{trimaps}-{labels}-{factor.key}"
                    pictures[picture] = _picture(findings, factor, labels=labels, trimaps=trimaps)
                    sections.append(f"![SAD against the value]({PAGE}-{picture}.svg)")
    return write_page(folder, PAGE, sections, curves=pictures)


def _picture(findings: Findings, factor: Factor, *, labels: int, trimaps: str) -> str:
    values = [(value, one) for value, one in ((factor.own, REFERENCE), *factor.variants) if value is not None]
    values.sort(key=itemgetter(0))
    curves = []
    for count, name in ((0, "no matte"), (labels, f"K = {labels}")):
        step = findings.end if count else 0
        found = ((at, findings.table.errors(one.name, labels=count, step=step, trimaps=trimaps)) for at, one in values)
        curves.append(Curve(name, [(at, spread) for at, spread in found if spread is not None]))
    return drawn(curves, title="SAD", x_name=factor.name, y_name="SAD", logarithmic=factor.logarithmic)


def _table(findings: Findings, names: list[str], *, labels: int, trimaps: str) -> str:
    rows = [
        [
            name,
            findings.cell(name, labels=0, trimaps=trimaps),
            findings.cell(name, labels=labels, trimaps=trimaps),
            _against_reference(findings, name, labels=labels, trimaps=trimaps),
        ]
        for name in names
    ]
    return markdown(["pretext", "no matte", f"K = {labels}", "against the reference"], rows)


def _against_reference(findings: Findings, name: str, *, labels: int, trimaps: str) -> str:
    ours, theirs = (
        findings.table.errors(one, labels=labels, step=findings.end, trimaps=trimaps) for one in (name, REFERENCE.name)
    )
    if name == REFERENCE.name or ours is None or theirs is None:
        return NOTHING
    return compare(ours, theirs).text()


if __name__ == "__main__":
    typer.run(main)
