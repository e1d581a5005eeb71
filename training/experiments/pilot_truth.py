"""Does a pilot tell the truth? Simulated operators live pilots whose truth is known, and ranges are held against it.

    python -m training.experiments.pilot_truth --photos DIR --work DIR

DIR holds photos with true alphas (`image/`, `alpha/`, or folders of these). Each is corrected twice on paper, from its
draft and from nothing, so that what drafts save on these photos is known. Then pilots are lived, in each of which lot
decides which of the two is seen: some in a store of their own, through everything that people and desks go through,
and many on paper. Also told: how often a pilot says "widen" where drafts are worth nothing. Goes on where it was
interrupted: what was corrected stays in the work folder. The last line is the path of the page that it wrote.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from annotation_store.kinds import PilotArm
from annotation_store.pilots.pilots import FEWEST_IMAGES
from annotation_store.store import open_store
from training.built_in_models import register_built_in_models
from training.experiments import options
from training.experiments.both_arms import BothArms, correct_both
from training.experiments.pilot_lessons import Lived, World, lived_of
from training.experiments.pilot_life import Life, live_in_store, live_on_paper
from training.experiments.pilot_times import WorkModel
from training.experiments.pilot_truth_page import Course, write
from training.experiments.studio_replay import Serving, read_photos, who_serves
from training.experiments.study import machine_of
from training.matte_folders import MatteFolderError, find_mattes
from training.operator.correcting import OperatorSettings

RESULT = Path(__file__).with_suffix(".json")


def main(
    photos: Annotated[Path, typer.Option(help="Photos with true alphas: image/ and alpha/, or folders of these.")],
    work: options.Work,
    side: Annotated[int, typer.Option(min=32, help="Pixels of a photo's longer side.")] = 512,
    lives: Annotated[int, typer.Option(min=1, help="Pilots on paper.")] = 200,
    stores: Annotated[int, typer.Option(min=0, help="Of them, those that are lived in a store as well.")] = 5,
    blank_share: Annotated[float, typer.Option(min=0.1, max=0.9, help="Of the photos, without a draft.")] = 0.5,
    device: options.Device = "cpu",
    result: Annotated[Path, typer.Option(help="File for the figures.")] = RESULT,
    page: options.Page = options.RESULTS,
) -> None:
    """Live pilots whose truth is known, and tell how often their ranges hold it."""
    with options.mistakes_in_plain_words():
        pictures = read_photos(find_mattes(photos), side=side)
        if (count := len(pictures)) < FEWEST_IMAGES:
            raise MatteFolderError(f"{photos} has {count} photos with mattes, too few for a pilot of {FEWEST_IMAGES}")
        with_models = open_store(work / "serving")
        register_built_in_models(with_models)
        serving = who_serves(with_models, device=device)
        with_models.database.close()
        keep = work / f"corrected-{side}-{serving.drafter.name}-{serving.model.name}"
        both = correct_both(pictures, serving, OperatorSettings(), keep=keep, say=options.note)
        course = Course(
            worlds=tuple(live(both, world, lives=lives, blank_share=blank_share) for world in World),
            in_stores=live_in_stores(both, serving, work, count=stores, blank_share=blank_share),
            both=tuple(both),
            model=WorkModel(),
            settings={"photos": len(both), "side": side, "lives": lives, "stores": stores, "blank_share": blank_share},
            drafter=serving.drafter.name,
            matting=serving.model.name,
            machine=machine_of(device),
        )
        typer.echo(write(course, result=result, folder=page))


def live(both: Sequence[BothArms], world: World, *, lives: int, blank_share: float) -> Lived:
    """So many pilots on paper, each with a seed of its own."""
    photos = [in_world(each, world) for each in both]
    model = WorkModel()
    effects = [live_on_paper(photos, Life(model, blank_share, seed)) for seed in range(lives)]
    return lived_of(world, photos, model, [effect for effect in effects if effect is not None])


def in_world(both: BothArms, world: World) -> BothArms:
    if world is World.AS_MEASURED:
        return both
    return replace(both, done=dict.fromkeys(PilotArm, both.done[PilotArm.BLANK]))


def live_in_stores(
    both: Sequence[BothArms], serving: Serving, work: Path, *, count: int, blank_share: float
) -> tuple[dict[str, object], ...]:
    """What the reports of pilots in stores say, each beside what the same life says on paper."""
    told = list[dict[str, object]]()
    for seed in range(count):
        life, folder, began = Life(WorkModel(), blank_share, seed), work / f"pilot-{seed}", time.monotonic()
        shutil.rmtree(folder, ignore_errors=True)
        store = open_store(folder)
        try:
            register_built_in_models(store)
            report = live_in_store(store, both, model_id=serving.model.id, drafter=serving.drafter.name, life=life)
        finally:
            store.database.close()
        shutil.rmtree(folder)
        paper = live_on_paper(both, life)
        if report.effect is None or paper is None:
            raise ValueError(f"the pilot of seed {seed} compares nothing: take more photos")
        told.append(
            {
                "seed": seed,
                "saved": report.effect.seconds.value,
                "range": report.effect.seconds.ends,
                "on_paper": paper.seconds.value,
                "step": str(report.steps[0].kind),
                "drafted_seconds": None if report.drafted.seconds is None else report.drafted.seconds.value,
                "blank_seconds": None if report.blank.seconds is None else report.blank.seconds.value,
                "seconds": round(time.monotonic() - began, 1),
            }
        )
        options.note(f"seed {seed} in a store: {told[-1]}")
    return tuple(told)


if __name__ == "__main__":
    typer.run(main)
