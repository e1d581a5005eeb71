"""Pilots of made-up photos whose truth is known: discs that a drafter has spoilt, some more and some less."""

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from small_images import BlurredTrimap, disc, png
from typer.testing import CliRunner, Result

from annotation_store.kinds import PilotArm
from annotation_store.learning import what_serves
from annotation_store.pilots.pilot_report import Missing
from annotation_store.states import ImageState
from annotation_store.store import open_store
from matting_core.drafting.drafter import Draft
from training.built_in_models import register_built_in_models
from training.experiments import pilot_truth
from training.experiments.both_arms import BothArms, correct_both
from training.experiments.pilot_lessons import World
from training.experiments.pilot_life import Life, live_in_store, live_on_paper, truth_of
from training.experiments.pilot_times import WorkModel
from training.experiments.pilot_truth import in_world, live
from training.experiments.studio_replay import Photo, Serving
from training.operator.correcting import OperatorSettings

PHOTOS = 16
WIDTH = 64


class Spoiling:
    """Calls the left of each disc background, up to a column that depends on the photo's noise."""

    name = "spoiling"

    def draft(self, rgb, hints=None):
        trimap = disc(width=rgb.shape[1], height=rgb.shape[0])[1]
        trimap[:, : int(rgb.sum()) % (WIDTH // 2)] = 0
        return Draft(trimap, np.full(trimap.shape, 255, np.uint8))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[BothArms]:
    """Discs of several sizes, each corrected both ways."""
    photos = [Photo(f"{n}.png", *disc(n, width=WIDTH, height=36 + 2 * n)[::2]) for n in range(PHOTOS)]
    serving = Serving(Spoiling(), None, BlurredTrimap())
    return correct_both(photos, serving, OperatorSettings(), keep=tmp_path_factory.mktemp("kept"), say=lambda _: None)


def test_what_was_corrected_is_kept_as_it_was(tmp_path: Path) -> None:
    photo = Photo("a.png", *disc(1, width=WIDTH, height=48)[::2])
    serving = Serving(Spoiling(), None, BlurredTrimap())
    made, again = (
        correct_both([photo], each, OperatorSettings(), keep=tmp_path, say=lambda _: None)[0]
        for each in (serving, None)
    )
    assert again.difficulty == made.difficulty
    for arm in PilotArm:
        assert again.done[arm].edits == made.done[arm].edits
        assert again.effort(arm) == made.effort(arm)
        assert np.array_equal(again.done[arm].alpha, made.done[arm].alpha)
    assert made.effort(PilotArm.BLANK).painted_area > 0


def test_drafts_save_something_on_these_photos(both: list[BothArms]) -> None:
    assert truth_of(both, WorkModel()) > 0
    assert len({each.effort(PilotArm.DRAFTED) for each in both}) > 3


def test_ranges_hold_the_truth_as_often_as_they_say(both: list[BothArms]) -> None:
    lived = live(both, World.AS_MEASURED, lives=60, blank_share=0.5)
    for held in lived.figures.values():
        assert held.held >= 48  # of 60 at 90 %, fewer happen once in a hundred times
    seconds = lived.figures["seconds"]
    assert abs(seconds.mean - seconds.truth) < seconds.width / 4
    assert sum(lived.steps.values()) == 60


def test_drafts_that_are_worth_nothing_are_seldom_widened(both: list[BothArms]) -> None:
    lived = live(both, World.WORTHLESS, lives=60, blank_share=0.5)
    assert lived.figures["seconds"].truth == 0
    assert lived.steps.get("widen", 0) <= 7  # of 60 at 5 %, more happen once in a hundred times


def test_a_life_in_a_store_ends_in_the_report_that_paper_foretells(tmp_path: Path, both: list[BothArms]) -> None:
    life = Life(WorkModel(breaks=0.5, second_tabs=0.5), 0.5, seed=3)
    store = open_store(tmp_path / "store")
    try:
        register_built_in_models(store)
        model = what_serves.live_model(store)
        report = live_in_store(store, both[:10], model_id=model.id, drafter="spoiling", life=life)
    finally:
        store.database.close()
    paper = live_on_paper(both[:10], life)
    assert paper is not None
    assert report.effect is not None
    assert report.effect.seconds.value == pytest.approx(paper.seconds.value, abs=1e-3)
    assert report.effect.p_value == paper.p_value
    assert report.missing == Missing((), (), (), (), ())
    assert {photo.state for photo in report.photos} == {ImageState.APPROVED}
    by_name = {each.photo.name: each for each in both}
    for photo in report.photos:
        assert photo.strokes == by_name[photo.name].effort(photo.arm).strokes
        assert photo.painted_area == pytest.approx(by_name[photo.name].effort(photo.arm).painted_area)
    assert report.drafted.reviewed == report.drafted.images


def test_in_a_worthless_world_both_arms_cost_what_blank_ones_do(both: list[BothArms]) -> None:
    spoilt = in_world(both[0], World.WORTHLESS)
    assert spoilt.effort(PilotArm.DRAFTED) == spoilt.effort(PilotArm.BLANK) == both[0].effort(PilotArm.BLANK)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number in range(10):
        rgb, _, alpha = disc(number, width=WIDTH, height=48)
        for kind, plane in (("image", rgb), ("alpha", np.rint(alpha * 255).astype(np.uint8))):
            path = tmp_path / "discs" / kind / f"disc{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(plane))
    return tmp_path / "discs"


def run(tmp_path: Path, pictures: Path, *more: str) -> Result:
    app = typer.Typer()
    app.command()(pilot_truth.main)
    folders = {"photos": pictures, "work": tmp_path / "work", "page": tmp_path / "page", "result": tmp_path / "r.json"}
    options = [text for name, path in folders.items() for text in (f"--{name}", str(path))]
    return CliRunner().invoke(app, [*options, "--lives", "3", *more])


def test_the_command_writes_figures_and_a_page(tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def serves(store, *, device):
        return Serving(Spoiling(), what_serves.live_model(store), BlurredTrimap())

    monkeypatch.setattr(pilot_truth, "who_serves", serves)
    done = run(tmp_path, pictures, "--stores", "1")
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "r.json").read_text())
    assert told["worlds"]["as_measured"]["lives"] == 3
    assert told["worlds"]["worthless"]["figures"]["seconds"]["truth"] == 0
    (lived,) = told["in_stores"]
    assert lived["saved"] == pytest.approx(lived["on_paper"], abs=1e-3)
    assert len(told["photos"]) == 10
    page = Path(done.stdout.splitlines()[-1])
    assert page.read_text().startswith("# Does a pilot tell the truth?\n")
    assert (page.parent / "pilot-truth-ranges.svg").read_text().count("<polyline") == 2
    assert [path.name for path in (tmp_path / "work").glob("pilot-*")] == []


def test_too_few_photos_are_told_in_plain_words(tmp_path: Path, pictures: Path) -> None:
    for path in (pictures / "image").glob("disc[12].png"):
        path.unlink()
    done = run(tmp_path, pictures)
    assert done.exit_code == 1
    assert "too few for a pilot of 10" in done.output
