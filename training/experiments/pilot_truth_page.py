"""What pilots of known truth say: the figures as JSON, and a page with a curve."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotation_store.kinds import PilotArm
from annotation_store.pilots.estimate import CONFIDENCE
from training.experiments.both_arms import BothArms
from training.experiments.curves import Curve, drawn
from training.experiments.page import write_page
from training.experiments.pilot_lessons import Held, Lived, World
from training.experiments.pilot_times import BREAK, WorkModel
from training.experiments.results import Spread, markdown
from training.whole_file import write_atomically

PAGE = "pilot-truth"
NAMES = {World.AS_MEASURED: "drafts as they are", World.WORTHLESS: "drafts that are worth nothing"}
FIGURES = {
    "seconds": "seconds saved a photo",
    "share": "share saved",
    "typical": "share saved of a typical photo",
}


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How all of it went."""

    worlds: Sequence[Lived]
    in_stores: Sequence[Mapping[str, Any]]
    both: Sequence[BothArms]
    model: WorkModel
    settings: Mapping[str, Any]
    drafter: str
    matting: str
    machine: str


def write(course: Course, *, result: Path, folder: Path) -> Path:
    """The figures to `result`, the page and its curve to `folder`; returns the page's path."""
    write_atomically(result, (json.dumps(as_json(course), indent=1) + "\n").encode())
    return write_page(folder, PAGE, _sections(course), curves={"ranges": _picture(course.worlds[0])})


def as_json(course: Course) -> dict[str, Any]:
    """worlds: what the pilots on paper say. in_stores: what those in a store say. photos: what each photo took."""
    return {
        "worlds": {str(lived.world): _rounded(asdict(lived)) for lived in course.worlds},
        "in_stores": _rounded([dict(each) for each in course.in_stores]),
        "photos": [
            {
                "photo": each.photo.name,
                "difficulty": round(each.difficulty.expected_sad, 3),
                **{str(arm): _rounded(asdict(each.effort(arm))) for arm in PilotArm},
            }
            for each in course.both
        ],
        "model": asdict(course.model),
        "settings": dict(course.settings),
        "drafter": course.drafter,
        "matting": course.matting,
        "machine": course.machine,
    }


def _sections(course: Course) -> list[str]:
    settings, model = course.settings, course.model
    return [
        "# Does a pilot tell the truth?",
        "A pilot sees each photo once, with its draft or without. Here each was corrected both ways by the simulated "
        "operator, so what drafts save on these photos is known, and many pilots can be held against it.",
        f"- Command: `python -m training.experiments.pilot_truth --photos PHOTOS --work WORK --side {settings['side']} "
        f"--lives {settings['lives']} --stores {settings['stores']} --blank-share {settings['blank_share']:g}`\n"
        f"- {settings['photos']} photos, at most {settings['side']} pixels on the longer side, "
        f"{settings['blank_share']:.0%} without a draft; drafts by `{course.drafter}` and `{course.matting}`; machine: "
        f"{course.machine}\n"
        f"- Working time of a photo: {model.opening:g} s, {model.stroke:g} s for each stroke, {model.area:g} s for "
        f"painting over as much as the photo, times the person's speed "
        f"({' or '.join(f'{speed:g}' for speed in model.speeds)}), times luck of mean 1, whose logarithm has a "
        f"standard deviation from {model.noise:g} (the easiest photo) to "
        f"{model.noise + model.more_noise:g} (the hardest); and "
        f"{model.review:g} s of review\n"
        f"- {model.breaks:.0%} of the photos are left alone for {BREAK[0]:g} to {BREAK[1]:g} s in the middle, which is "
        f"no work; {model.second_tabs:.0%} are open in a second tab, which tells of the same work again",
        *(section for lived in course.worlds for section in _world(lived)),
        f"![Ranges]({PAGE}-ranges.svg)",
        "## In a store",
        "The same lives through a real store: photos taken in and drafted, a pilot begun, photos pulled from the queue "
        "by two people, corrected stroke by stroke, told by desks in spans, submitted, reviewed, approved, measured, "
        "and the report that the pilot keeps at its end. On paper, only the lot, the spans and the statistics are "
        "done, by the same functions.",
        _stores(course),
    ]


def _world(lived: Lived) -> list[str]:
    head = ["", "truth", "mean of the pilots", "mean width of the range", "ranges that hold the truth", "above zero"]
    rows = [
        [FIGURES[name], *_cells(held, lived.lives, is_share=name != "seconds")] for name, held in lived.figures.items()
    ]
    steps = ", ".join(f"“{step.replace('_', ' ')}” {count}" for step, count in lived.steps.items())
    return [
        f"## {NAMES[lived.world][0].upper()}{NAMES[lived.world][1:]}",
        f"{lived.lives} pilots on paper; ranges are those of {CONFIDENCE:.0%}.",
        markdown(head, rows),
        f"What they advise: {steps}.",
    ]


def _cells(held: Held, lives: int, *, is_share: bool) -> list[str]:
    numbers = [held.truth, held.mean, held.width]
    told = [f"{100 * number:.1f} %" if is_share else f"{number:.1f}" for number in numbers]
    return [*told, f"{held.held} of {lives}", f"{held.above} of {lives}"]


def _stores(course: Course) -> str:
    if not course.in_stores:
        return "None was lived in a store."
    truth = course.worlds[0].figures["seconds"].truth
    rows = []
    for each in course.in_stores:
        low, high = each["range"]
        rows.append(
            [
                f"{each['seed']}",
                f"{each['saved']:.1f}",
                f"{low:.1f} to {high:.1f}",
                "yes" if low <= truth <= high else "no",
                f"{each['on_paper']:.1f}",
                str(each["step"]).replace("_", " "),
            ]
        )
    head = ["seed", "seconds saved", "range", f"holds {truth:.1f}", "on paper", "advice"]
    return markdown(head, rows)


def _picture(lived: Lived) -> str:
    """The ranges of the first pilots around the truth."""
    ranges, truth = [], []
    for number, each in enumerate(lived.first, 1):
        low, high = each.ends or (each.value, each.value)
        ranges.append((float(number), Spread((low + high) / 2, (high - low) / 2, lived.lives)))
        truth.append((float(number), Spread(lived.figures["seconds"].truth, 0.0, lived.lives)))
    return drawn(
        [Curve("a pilot's range", ranges), Curve("truth", truth)],
        title=f"Seconds saved a photo: the ranges of {len(ranges)} pilots",
        x_name="pilot",
        y_name="s",
    )


def _rounded(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _rounded(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_rounded(value) for value in told]
    return round(told, 4) if isinstance(told, float) else told
