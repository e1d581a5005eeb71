"""A small studio, lived through with and without retraining."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from quick_lessons import one_window_each
from small_images import BlurredTrimap, disc, png
from typer.testing import CliRunner, Result

from annotation_store import corrections, gallery
from annotation_store.edit_log import read_log
from annotation_store.learning import standings, what_serves
from annotation_store.projects import FIRST_PROJECT
from annotation_store.revisions import list_revisions, load_matte
from annotation_store.states import ImageState, StandingState
from matting_core.drafting.drafter import Draft
from matting_core.edits.edit import replay
from matting_core.trimap import force_known
from training import deciding
from training.built_in_models import register_built_in_models
from training.drafter.drafter_training import DrafterSettings
from training.experiments import learning_loop
from training.experiments.learning_loop import Replay
from training.experiments.studio_replay import (
    Photo,
    Serving,
    read_photos,
    retrain_studio,
    who_serves,
    with_seed,
    work_through,
)
from training.finetune_settings import FinetuneSettings
from training.matte_folders import find_mattes
from training.operator.correcting import OperatorSettings
from training.retrain import RetrainSettings

LEARNT = "learnt"
"""A file in the folder of a studio whose drafter has learnt."""


class LeftHalf:
    """Calls the left half of every disc background."""

    name = "left half"

    def draft(self, rgb, hints=None):
        trimap = disc(width=128, height=96)[1]
        trimap[:, :64] = 0
        return Draft(trimap, np.full(trimap.shape, 255, np.uint8))


class Knowing:
    """Has learnt all discs by heart."""

    name = "knowing"

    def draft(self, rgb, hints=None):
        trimap = disc(width=128, height=96)[1]
        return Draft(trimap, np.full(trimap.shape, 255, np.uint8))


class Exact:
    """A model that answers with the true alpha of every disc."""

    name = "exact"

    def predict(self, rgb, trimap):
        return force_known(disc(width=128, height=96)[2], trimap)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three photos of discs with their alphas."""
    for index in range(3):
        rgb, _, alpha = disc(index, width=128, height=96)
        for kind, plane in (("image", rgb), ("alpha", np.rint(alpha * 255).astype(np.uint8))):
            path = tmp_path / "discs" / kind / f"disc{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(plane))
    return tmp_path / "discs"


@pytest.fixture
def store(tmp_path: Path, new_store):
    opened = new_store(tmp_path / "store")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


def photos_of(count: int) -> list[Photo]:
    return [Photo(f"{seed}.png", *disc(seed, width=128, height=96)[::2]) for seed in range(count)]


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The studio's learning in a blink: one retraining, and its drafter knows all photos. Holds what was asked for."""
    asked: list[str] = []

    def serves(store, *, device, untaught):
        asked.append("serves")
        drafter = Knowing() if untaught or (store.folder / LEARNT).is_file() else LeftHalf()
        return Serving(drafter, what_serves.live_model(store), Exact())

    def retrains(store, settings, *, say):
        asked.append("retrains")
        (store.folder / LEARNT).write_bytes(b"learnt")
        return ("It is better.",)

    monkeypatch.setattr(learning_loop, "who_serves", serves)
    monkeypatch.setattr(learning_loop, "retrain_studio", retrains)
    return asked


def corrections_of(store, revision_id: int, edits):
    marks, _ = corrections.load_base(store, revision_id)
    return replay(marks, edits).trimap


def run(tmp_path: Path, pictures: Path, *more: str) -> Result:
    app = typer.Typer()
    app.command()(learning_loop.main)
    folders = {"photos": pictures, "work": tmp_path / "work", "page": tmp_path / "page", "result": tmp_path / "r.json"}
    options = [text for name, path in folders.items() for text in (f"--{name}", str(path))]
    return CliRunner().invoke(app, [*options, "--weeks", "3", "--seeds", "1", *more])


def test_what_a_studio_learns_shows_from_the_second_week_on(tmp_path: Path, pictures: Path, lives: list[str]) -> None:
    done = run(tmp_path, pictures, "--seeds", "2")
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "r.json").read_text())
    assert set(told["off"]) == set(told["start"]) == set(told["on"]) == {"painted_area", "sad", "strokes"}
    for figure in ("painted_area", "sad", "strokes"):
        off, on = told["off"][figure], told["on"][figure]
        assert len(off) == len(on) == 3
        assert off[0] == on[0], "before the first retraining both are the same"
        assert on[1] < off[1]
    assert told["seeds"] == [0, 1]
    assert told["on"]["strokes"][1:] == [0, 0]
    assert told["start"]["strokes"] == [0, 0, 0], "it knew all photos from the first week on"
    assert told["reduction_by_the_start"] == told["reduction"]
    assert told["reduction"]["painted_area"] == {"last_week": 1.0, "by_seed": [1.0, 1.0]}
    assert told["causes"]["off"][0]["false_background"] > 0
    assert lives.count("retrains") == 2 * 2, "for both seeds, and never after the last week"

    page = Path(done.stdout.splitlines()[-1])
    text = page.read_text()
    assert text.startswith("# The learning loop\n")
    assert "- Seed 1, week 2: It is better." in text
    assert re.search(r"\| retraining \| \d+\.\d\d ± \d+\.\d\d \|", text)
    for figure in ("painted-area", "strokes", "sad"):
        assert f"({page.stem}-{figure}.svg)" in text
        assert (page.parent / f"{page.stem}-{figure}.svg").read_text().count("<polyline") == 3


def test_a_replay_goes_on_where_it_was_interrupted(tmp_path: Path, pictures: Path, lives: list[str]) -> None:
    assert run(tmp_path, pictures, "--weeks", "2").exit_code == 0
    whole = (tmp_path / "r.json").read_text()
    rows = tmp_path / "work" / "weeks.jsonl"
    lines = rows.read_text().splitlines(keepends=True)
    assert len(lines) == 3 * 2
    lives.clear()
    assert run(tmp_path, pictures, "--weeks", "2").exit_code == 0
    assert lives == [], "what was lived is not lived again"

    rows.unlink()
    asked = learning_loop.retrain_studio

    def falls(store, settings, *, say):
        asked(store, settings, say=say)
        raise KeyboardInterrupt

    learning_loop.retrain_studio = falls
    try:
        assert run(tmp_path, pictures, "--weeks", "2").exit_code != 0
    finally:
        learning_loop.retrain_studio = asked
    kept = rows.read_text() + '{"torn'
    assert len(kept.splitlines()) == 2 * 2 + 1, "the arms without retraining, and half a line"
    rows.write_text(kept)
    assert run(tmp_path, pictures, "--weeks", "2").exit_code == 0
    again = json.loads((tmp_path / "r.json").read_text())
    for arm in ("off", "start", "on"):
        assert again[arm] == json.loads(whole)[arm]
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["weeks.jsonl"], "no studio is left behind"


def test_another_plan_is_another_replay() -> None:
    replayed = Replay(3, 128, RetrainSettings(), OperatorSettings(), "cpu")
    photos = photos_of(2)
    plans = {
        replayed.plan(photos),
        replayed.plan(photos[:1]),
        replace(replayed, side=100).plan(photos),
        replace(replayed, operator=OperatorSettings(tolerance=0.2)).plan(photos),
    }
    assert len(plans) == 4
    assert replayed.plan(photos) == replayed.plan(photos[::-1])


def test_too_few_photos_are_told_in_plain_words(tmp_path: Path, pictures: Path) -> None:
    done = run(tmp_path, pictures, "--weeks", "7")
    assert done.exit_code == 1
    assert "has 3 photos with mattes, too few for 7 weeks" in done.output


def test_photos_are_reduced_with_their_alphas(pictures: Path) -> None:
    photos = read_photos(find_mattes(pictures), side=64)
    assert {photo.rgb.shape for photo in photos} == {(48, 64, 3)}
    assert {photo.truth.shape for photo in photos} == {(48, 64)}
    assert photos[0].name == "discs-disc0.png"
    assert all(0 <= photo.truth.min() <= photo.truth.max() <= 1 for photo in photos)
    (larger, *_) = read_photos(find_mattes(pictures), side=1000)
    assert larger.rgb.shape == (96, 128, 3)


def test_a_week_leaves_approved_mattes_whose_edits_are_in_the_log(store) -> None:
    serving = Serving(LeftHalf(), what_serves.live_model(store), BlurredTrimap())
    works = work_through(store, photos_of(2), serving, OperatorSettings(), say=lambda _: None)
    assert [work.photo for work in works] == ["0.png", "1.png"]
    assert all(work.strokes > 0 and work.left < work.sad for work in works)
    for image in gallery.list_images(store, states=[ImageState.APPROVED]):
        draft, approved = list_revisions(store, image.id)
        assert (draft.drafter, draft.model_version_id) == ("left half", serving.model.id)
        assert approved.model_version_id == serving.model.id
        with store.database.read() as session:
            edits = [entry.edit for entry in read_log(session, draft.id)]
        assert len(edits) == next(work.strokes for work in works if work.photo == image.name)
        trimap, alpha = load_matte(store, approved)
        assert np.array_equal(trimap, corrections_of(store, draft.id, edits))
        assert np.abs(alpha - disc(width=128, height=96)[2]).mean() < 0.02
    assert len(gallery.list_images(store, states=[ImageState.APPROVED])) == 2


def test_a_perfect_draft_is_approved_as_it_is(store) -> None:
    serving = Serving(Knowing(), what_serves.live_model(store), Exact())
    (work,) = work_through(store, photos_of(1), serving, OperatorSettings(), say=lambda _: None)
    assert (work.strokes, work.painted_area) == (0, 0.0)
    (image,) = gallery.list_images(store)
    assert image.state is ImageState.APPROVED


def test_both_kinds_are_taught_and_a_drafter_that_is_better_serves_from_then_on(
    store, shipped_weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_window_each(monkeypatch)
    serving = who_serves(store, device="cpu")
    assert (serving.drafter.name, serving.model.name) == ("automatic", "compact")
    work_through(store, photos_of(3), replace(serving, matting=BlurredTrimap()), OperatorSettings(), say=lambda _: None)
    quick = RetrainSettings(
        FinetuneSettings(steps=1, crop=64, batch=2), DrafterSettings(steps=1, batch=2, side=64), threads=1, device="cpu"
    )
    told: list[str] = []
    for better in (False, True):
        monkeypatch.setattr(deciding, "place_candidate", placing(better))
        verdicts = retrain_studio(store, with_seed(quick, 3), say=told.append)
        assert verdicts == ("matting: Said the test.", "drafter: Said the test.")
        serving = who_serves(store, device="cpu")
        assert (serving.drafter.name == "automatic") == (not better)
        assert (serving.model.name == "compact") == (not better)
    assert any("Learning: step 1" in text for text in told)


def placing(better: bool):
    """A gate that decides as it is told."""

    def place(store, candidate, verdict):
        state = StandingState.LIVE if better else StandingState.REFUSED
        standings.place(store, candidate.id, FIRST_PROJECT, state, by="test", verdict="Said the test.")
        return "Said the test."

    return place


def test_a_studio_with_too_little_to_learn_from_says_so(store, shipped_weights: bytes) -> None:
    serving = replace(who_serves(store, device="cpu"), matting=BlurredTrimap())
    work_through(store, photos_of(1), serving, OperatorSettings(), say=lambda _: None)
    verdicts = retrain_studio(store, RetrainSettings(device="cpu"), say=lambda _: None)
    assert all("at least 2 products" in verdict for verdict in verdicts)


def test_a_seed_decides_what_both_trainings_draw() -> None:
    seeded = with_seed(RetrainSettings(), 7)
    assert (seeded.finetune.seed, seeded.drafter.seed) == (7, 7)
