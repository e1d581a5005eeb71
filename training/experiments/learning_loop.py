"""Does the loop work? A studio is lived through week by week, without retraining and with it, and once more without it
but with the learned drafter as it comes with the program.

    python -m training.experiments.learning_loop --photos DIR --work DIR

DIR holds photos with true alphas (`image/`, `alpha/`, or folders of these). They arrive in the order of the seed, in
equal parts. A simulated operator turns each draft into the true matte with the studio's own strokes, and what that
costs is what a draft is worth. Goes on where it was interrupted: a week that was finished is not lived again. The last
line is the path of the page that it wrote.

Seeds can be lived through side by side, each by `--only SEED` with a folder of its own; once the lines of their
`weeks.jsonl` stand in one file, the command without `--only` has nothing left to do but to write.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from annotation_store.store import open_store
from training.built_in_models import register_built_in_models
from training.drafter.drafter_training import DrafterSettings
from training.experiments import options
from training.experiments.learning_loop_page import write
from training.experiments.studio_replay import Photo, read_photos, retrain_studio, who_serves, with_seed, work_through
from training.experiments.study import machine_of
from training.experiments.week_rows import Arm, Course, Week, WeekRow, WeekRows
from training.finetune_settings import FinetuneSettings
from training.matte_folders import MatteFolderError, find_mattes
from training.operator.correcting import OperatorSettings
from training.retrain import RetrainSettings

RESULT = Path(__file__).with_suffix(".json")
SAY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Replay:
    """A studio's life."""

    weeks: int
    side: int
    retraining: RetrainSettings
    operator: OperatorSettings
    device: str

    def plan(self, photos: Sequence[Photo]) -> str:
        """A digest of all that decides what happens, but for the seed and the arm."""
        decides = {**asdict(self), "photos": sorted(photo.name for photo in photos)}
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:12]


def main(
    photos: Annotated[Path, typer.Option(help="Photos with true alphas: image/ and alpha/, or folders of these.")],
    work: options.Work,
    weeks: Annotated[int, typer.Option(min=2, help="Into which the photos are divided.")] = 5,
    side: Annotated[int, typer.Option(min=32, help="Pixels of a photo's longer side.")] = 512,
    seeds: options.Seeds = 3,
    steps: Annotated[int, typer.Option(min=1, help="Of each fine-tuning of the matting model.")] = 300,
    drafter_steps: Annotated[int, typer.Option(min=1, help="Of each training of the drafter.")] = 600,
    minutes: Annotated[float, typer.Option(min=0.01, help="After which either ends at the latest.")] = 30,
    device: options.Device = "cpu",
    only: Annotated[int | None, typer.Option(help="Live through this seed alone, and write no figures.")] = None,
    result: Annotated[Path, typer.Option(help="File for the figures.")] = RESULT,
    page: options.Page = options.RESULTS,
) -> None:
    """Replay a studio with and without retraining, and tell what its drafts cost."""
    with options.mistakes_in_plain_words():
        retraining = RetrainSettings(
            FinetuneSettings(steps=steps, minutes=minutes, device=device),
            DrafterSettings(steps=drafter_steps, minutes=minutes, device=device),
            device=device,
        )
        replay = Replay(weeks, side, retraining, OperatorSettings(), device)
        pictures = read_photos(find_mattes(photos), side=side)
        if len(pictures) < weeks:
            raise MatteFolderError(f"{photos} has {len(pictures)} photos with mattes, too few for {weeks} weeks")
        rows, plan = WeekRows(work / "weeks.jsonl"), replay.plan(pictures)
        for seed in range(seeds) if only is None else [only]:
            for arm in Arm:
                live_through(replay, pictures, rows, work, seed=seed, arm=arm)
            if only is not None:
                return
            course = Course.of(rows, plan=plan, weeks=weeks)
            path = write(course, settings_of(replay, pictures), result=result, folder=page)
        typer.echo(path)


def live_through(replay: Replay, photos: Sequence[Photo], rows: WeekRows, work: Path, *, seed: int, arm: Arm) -> None:
    """The weeks of one seed and arm that are missing in `rows`, each kept when it is over.

    The studio as it was after the last week lies in `work`; a week that was interrupted begins anew from there.
    """
    plan = replay.plan(photos)
    order = np.random.default_rng(seed).permutation(len(photos))
    shares = [[photos[index] for index in share] for share in np.array_split(order, replay.weeks)]
    home = work / f"studio-{plan}-{seed}-{arm}"
    for number, share in enumerate(shares, 1):
        of = Week(plan, seed, arm, number)
        if of in rows:
            continue
        before, now = home / f"week-{number - 1}", home / f"week-{number}"
        shutil.rmtree(now, ignore_errors=True)
        if number > 1:
            shutil.copytree(before, now)
        rows.add(_live_a_week(replay, share, now, of))
        shutil.rmtree(before, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def settings_of(replay: Replay, photos: Sequence[Photo]) -> dict[str, Any]:
    """What was replayed, for whoever reads the figures."""
    return {**asdict(replay), "photos": len(photos)}


def _live_a_week(replay: Replay, photos: Sequence[Photo], folder: Path, of: Week) -> WeekRow:
    say = _saying(f"seed {of.seed}, {of.arm}, week {of.week}")
    store = open_store(folder)
    try:
        register_built_in_models(store)
        serving = who_serves(store, device=replay.device, untaught=of.arm is Arm.START)
        works = work_through(store, photos, serving, replay.operator, say=say)
        began = time.monotonic()
        learns = of.arm is Arm.ON and of.week < replay.weeks
        verdicts = retrain_studio(store, with_seed(replay.retraining, of.seed), say=say) if learns else ()
    finally:
        store.database.close()
    row = WeekRow(
        of,
        tuple(works),
        drafter=serving.drafter.name,
        model=serving.model.name,
        verdicts=verdicts,
        retraining_seconds=round(time.monotonic() - began, 1),
        machine=machine_of(replay.device),
    )
    told = ", ".join(f"{name} {value:.2f}" for name, value in row.figures.items())
    options.note(f"seed {of.seed}, {of.arm}, week {of.week}: {told}")
    for verdict in verdicts:
        options.note(f"  {verdict}")
    return row


def _saying(where: str) -> Callable[[str], None]:
    """Tells how it goes, now and then."""
    last = time.monotonic()

    def say(text: str) -> None:
        nonlocal last
        if time.monotonic() - last > SAY_SECONDS:
            last = time.monotonic()
            options.note(f"{where}: {text}")

    return say


if __name__ == "__main__":
    typer.run(main)
