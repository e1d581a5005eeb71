"""What a replayed studio's weeks say: the figures as JSON, and a page with curves."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.experiments.curves import Curve, drawn
from training.experiments.page import write_page
from training.experiments.results import markdown, spread_of
from training.experiments.week_rows import Arm, Course
from training.whole_file import write_atomically

PAGE = "learning-loop"
FIGURES = {
    "painted_area": ("painted area, in percent of the photo", 2),
    "strokes": ("strokes for a photo", 1),
    "sad": ("SAD of the draft over the whole photo, in thousands", 2),
}
NAMES = {Arm.OFF: "no retraining", Arm.START: "the drafter's start", Arm.ON: "retraining"}
CAUSES = {
    "false_background": "draft says background, wrongly",
    "false_foreground": "draft says foreground, wrongly",
    "unknown": "draft leaves it to the model",
    "spill": "draft is right: painted on the way",
}


def write(course: Course, settings: Mapping[str, Any], *, result: Path, folder: Path) -> Path:
    """The figures to `result`, the page and its curves to `folder`; returns the page's path."""
    write_atomically(result, (json.dumps(as_json(course, settings), indent=1) + "\n").encode())
    return write_page(folder, PAGE, _sections(course, settings), curves=_pictures(course))


def as_json(course: Course, settings: Mapping[str, Any]) -> dict[str, Any]:
    """``off``, ``start`` and ``on`` hold a mean over the seeds for each week; by_seed the same for each seed."""
    numbers = range(1, course.weeks + 1)
    return {
        **{
            str(arm): {figure: [round(spread.mean, 4) for spread in course.spreads(arm, figure)] for figure in FIGURES}
            for arm in Arm
        },
        "by_seed": {
            str(arm): {
                figure: [[round(value, 4) for value in course.values(arm, week, figure)] for week in numbers]
                for figure in FIGURES
            }
            for arm in Arm
        },
        "causes": {
            str(arm): [{name: round(value, 4) for name, value in course.causes(arm, week).items()} for week in numbers]
            for arm in Arm
        },
        "reduction": {figure: _reduction(course, figure) for figure in FIGURES},
        "reduction_by_the_start": {figure: _reduction(course, figure, Arm.START) for figure in FIGURES},
        "seconds_per_photo": {
            str(arm): [round(spread.mean, 2) for spread in course.spreads(arm, "seconds")] for arm in Arm
        },
        "seeds": course.seeds,
        "verdicts": [
            {"seed": row.of.seed, "week": row.of.week, "verdicts": row.verdicts} for row in course.rows if row.verdicts
        ],
        "settings": settings,
        "machine": course.machines,
    }


def _reduction(course: Course, figure: str, arm: Arm = Arm.ON) -> dict[str, Any]:
    """Against no retraining, in the last week: of the means, and for each seed."""
    less, off = (course.spreads(each, figure)[-1].mean for each in (arm, Arm.OFF))
    return {
        "last_week": round(1 - less / off, 4) if off else 0.0,
        "by_seed": [round(each, 4) for each in course.reductions(figure, arm)],
    }


def _sections(course: Course, settings: Mapping[str, Any]) -> list[str]:
    seeds = len(course.seeds)
    parts = [
        "# The learning loop",
        "A studio lived through week by week, with retraining at the end of each week and without it. The same photos "
        "come in the same order; a simulated operator turns each draft into the true matte with the studio's own "
        "strokes. Beside them, what the learned drafter is worth before any studio has taught it: there it drafts from "
        "the first week on, and nothing is retrained.",
        f"- Command: `python -m training.experiments.learning_loop --photos PHOTOS --work WORK "
        f"--weeks {course.weeks} --side {settings['side']} --seeds {seeds}{_steps(settings)}`\n"
        f"- {settings['photos']} photos, at most {settings['side']} pixels on the longer side; {seeds} seeds, each "
        f"with its own order of them; machine: {'; '.join(course.machines)}\n"
        "- Week 1 is before the first retraining. ± is the sample standard deviation over the seeds, most of which "
        "comes from which photos a week has: all arms of a seed have the same.",
    ]
    for figure, (name, digits) in FIGURES.items():
        parts += [
            f"## {name[0].upper()}{name[1:]}",
            _table(course, figure, digits),
            _in_words(course, figure),
            f"![{name}]({PAGE}-{figure.replace('_', '-')}.svg)",
        ]
    return [*parts, "## What is painted", _causes(course), "## What the gates said", _verdicts(course)]


def _steps(settings: Mapping[str, Any]) -> str:
    trainings = settings["retraining"]
    return f" --steps {trainings['finetune']['steps']} --drafter-steps {trainings['drafter']['steps']}"


def _table(course: Course, figure: str, digits: int) -> str:
    header = ["", *(f"week {week}" for week in range(1, course.weeks + 1))]
    return markdown(
        header, [[NAMES[arm], *(spread.text(digits) for spread in course.spreads(arm, figure))] for arm in Arm]
    )


def _in_words(course: Course, figure: str) -> str:
    told = []
    for arm in (Arm.ON, Arm.START):
        shares = course.reductions(figure, arm)
        each = ", ".join(f"{-share:+.0%}" for share in shares)
        whole = -_reduction(course, figure, arm)["last_week"]
        told.append(f"{NAMES[arm]}: {whole:+.0%}; by seed {each} (mean {-spread_of(shares).mean:+.0%})")
    return f"In the last week, against no retraining, {'. '.join(told)}."


def _causes(course: Course) -> str:
    rows = [
        [name, *(f"{course.causes(arm, course.weeks)[cause]:.2f}" for arm in Arm)] for cause, name in CAUSES.items()
    ]
    told = f"Painted area of week {course.weeks} in percent of the photo, by what the draft said of the pixel:"
    return f"{told}\n\n{markdown(['', *NAMES.values()], rows)}"


def _verdicts(course: Course) -> str:
    return "\n".join(
        f"- Seed {row.of.seed}, week {row.of.week}: {' '.join(row.verdicts)}" for row in course.rows if row.verdicts
    )


def _pictures(course: Course) -> dict[str, str]:
    """By the end of their file's name."""
    return {
        figure.replace("_", "-"): drawn(
            [
                Curve(NAMES[arm], [(week, spread) for week, spread in enumerate(course.spreads(arm, figure), 1)])
                for arm in Arm
            ],
            title=name[0].upper() + name[1:],
            x_name="week",
            y_name="%" if figure == "painted_area" else "",
        )
        for figure, (name, _) in FIGURES.items()
    }
