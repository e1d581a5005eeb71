import errno
import io
import os
import sys

import pytest
import torch
from quick_lessons import one_window_each
from small_images import approve, disc, draft

from annotation_store.errors import StoreFullError
from annotation_store.kinds import ModelKind, Part
from annotation_store.learning import judgements, model_registry, standings, training_runs, training_sets, what_serves
from annotation_store.states import ModelState, RunState
from annotation_store.store import open_store
from annotation_store.workers.places import Place
from training import deciding, matting_run, run_teller
from training import retrain as retrain_module
from training.built_in_models import register_built_in_models
from training.drafter.drafter_training import DrafterSettings
from training.exit_status import ExitStatus
from training.finetune_settings import FinetuneSettings
from training.gate.verdict import GateOutcome, ProjectVerdict, Verdict
from training.gate.words import in_words
from training.models import load_model
from training.retrain import RetrainSettings, main, retrain

QUICK = RetrainSettings(FinetuneSettings(steps=2), DrafterSettings(steps=2, batch=2, side=64), threads=1, device="cpu")
FIRST = 1


@pytest.fixture(autouse=True)
def _small_and_talkative(monkeypatch):
    one_window_each(monkeypatch)
    monkeypatch.setattr(run_teller, "BEAT_SECONDS", 0.0)


@pytest.fixture
def store(tmp_path, new_store, shipped_weights):
    """Approved mattes of two products, one photo each."""
    opened = new_store(tmp_path / "data")
    register_built_in_models(opened)
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(opened, name, number)
    yield opened
    opened.database.close()


@pytest.fixture
def run(store):
    return training_runs.request(store, by="keiko")


@pytest.fixture
def gate(monkeypatch):
    """``gate(is_better)``: the gate decides as it is told."""

    def decide(is_better):
        outcome = GateOutcome.BETTER if is_better else GateOutcome.NOT_BETTER_BEYOND_NOISE
        project = ProjectVerdict(FIRST, ModelKind.MATTING, outcome, borrowed=False, figures=None)
        monkeypatch.setattr(deciding, "judge_candidate", lambda *_, **__: Verdict({FIRST: project}, {}, None, project))

    return decide


def assert_live_model_unchanged(store):
    live = what_serves.live_model(store)
    assert (live.name, live.verdict) == ("compact", None)
    assert what_serves.live_drafter(store, FIRST) is None


def test_a_training_from_approved_mattes_to_its_standing(store, run):
    told = []
    done = retrain(store, run.id, QUICK, say=lambda progress, text: told.append((progress, text)))
    assert done.state is RunState.SUCCEEDED, done.verdict
    assert (done.progress, done.pid, done.attempts, done.device) == (1, os.getpid(), 1, "cpu")
    points = training_runs.curve(store, done.id)
    assert [point.step for point in points] == [1, 2]
    assert {"error", "loss", "seconds"} <= set(points[0].figures)

    candidate = model_registry.get_model(store, done.candidate_id)
    assert (candidate.parent_id, candidate.training_run_id) == (done.parent_model_id, run.id)
    assert candidate.verdict == done.verdict
    assert candidate.recipe["steps"] == 2
    assert any("training set 1" in source["source"] for source in candidate.provenance)
    (standing,) = standings.list_standings(store, model_id=candidate.id)
    verdict = ProjectVerdict.from_json(standing.figures)
    assert Verdict.from_json(candidate.metrics).projects[FIRST] == verdict
    assert candidate.state is (ModelState.LIVE if verdict.passed else ModelState.REJECTED)
    assert load_model(store, candidate).name == "compact"
    (judgement,) = judgements.judgements_of(store, candidate.id)
    assert set(judgement.figures) == {"live", "candidate", "worsening"}

    progress = [share for share, _ in told]
    assert progress == sorted(progress)
    stages = [text.split(":")[0] for _, text in told]
    assert sorted(set(stages), key=stages.index) == [
        "Reading what was corrected",
        "Reading approved mattes",
        "Learning",
        "Comparing with what serves",
    ]


def test_a_drafter_is_trained_judged_and_placed_in_the_same_way(store):
    run = training_runs.request(store, by="keiko", kind=ModelKind.DRAFTER)
    done = retrain(store, run.id, QUICK)
    assert done.state is RunState.SUCCEEDED, done.verdict
    candidate = model_registry.get_model(store, done.candidate_id)
    assert (candidate.kind, candidate.name, candidate.parent_id) == (ModelKind.DRAFTER, "drafter-0001", None)
    assert "the automatic drafter" in done.verdict
    (standing,) = standings.list_standings(store, model_id=candidate.id)
    assert ProjectVerdict.from_json(standing.figures).kind is ModelKind.DRAFTER
    assert_live_model_unchanged(store)


def test_a_drafter_is_judged_on_what_it_learnt_from_too_by_its_understudies(store, monkeypatch):
    def place(store, candidate, verdict):
        return standings.go_live(store, candidate.id, verdict=in_words(verdict.overall, live_name=""), by="ren").verdict

    monkeypatch.setattr(deciding, "place_candidate", place)
    for number, name in enumerate(("hat_1.png", "shoe_1.png", "ring_1.png", "sock_1.png"), 2):
        approve(store, name, number)
    first = retrain(store, training_runs.request(store, by="keiko", kind=ModelKind.DRAFTER).id, QUICK)
    assert first.state is RunState.SUCCEEDED, first.verdict
    found = judgements.judgements_of(store, first.candidate_id)
    items = training_sets.load_items(store, first.training_set_id)
    assert {each.image_id: each.part for each in found} == {item.image_id: item.part for item in items}
    assert "6 held-out images" in first.verdict
    assert list((store.folder / training_runs.folder_of(first.id)).iterdir()) == []

    approve(store, "belt_1.png", 9)
    second = retrain(store, training_runs.request(store, by="keiko", kind=ModelKind.DRAFTER).id, QUICK)
    learnt = {item.image_id for item in items if item.part is Part.TRAIN}
    judged_by = {each.image_id for each in judgements.judgements_of(store, second.candidate_id)}
    assert len(judged_by) == 7 - len(learnt), "what serves now has met the others"
    assert not judged_by & learnt


def test_nothing_of_a_finished_training_is_left_in_its_folder_but_its_log(store, run):
    retrain(store, run.id, QUICK)
    assert list((store.folder / training_runs.folder_of(run.id)).iterdir()) == []


def test_a_killed_training_goes_on_with_its_own_training_set_and_samples(store, run, monkeypatch, gate):
    gate(True)

    class Killed(BaseException):
        pass

    def kill(*_, **__):
        raise Killed

    monkeypatch.setattr(matting_run, "learn", kill)
    with pytest.raises(Killed):
        retrain(store, run.id, QUICK)
    monkeypatch.undo()
    approve(store, "hat_1.png", 7)
    training_runs.put_back(store, run.id)
    monkeypatch.setattr(matting_run, "gather", kill)  # what was cut is not cut again
    done = retrain(store, run.id, QUICK)
    assert (done.state, done.attempts, done.training_set_id) == (RunState.SUCCEEDED, 2, 1), done.verdict


def test_a_training_that_was_killed_while_judging_does_not_learn_again(store, run, monkeypatch, gate):
    class Killed(BaseException):
        pass

    def kill(*_, **__):
        raise Killed

    monkeypatch.setattr(deciding, "judge_candidate", kill)
    with pytest.raises(Killed):
        retrain(store, run.id, QUICK)
    training_runs.put_back(store, run.id)
    gate(True)
    monkeypatch.setattr(matting_run, "learn", kill)
    done = retrain(store, run.id, QUICK)
    assert done.state is RunState.SUCCEEDED
    assert what_serves.live_model(store).id == done.candidate_id


def test_the_training_set_is_kept_with_the_run(store, run):
    done = retrain(store, run.id, QUICK)
    items = training_sets.load_items(store, done.training_set_id)
    assert {item.part for item in items} == {Part.TRAIN, Part.VALIDATION}
    assert len(items) == 2


def test_a_better_candidate_goes_live(store, run, gate):
    gate(True)
    done = retrain(store, run.id, QUICK)
    live = what_serves.live_model(store)
    assert live.id == done.candidate_id
    assert live.verdict.startswith("Goes live. Better than compact")
    assert model_registry.get_model(store, done.parent_model_id).state is ModelState.RETIRED


def test_a_worse_candidate_is_kept_and_rejected(store, run, gate):
    gate(False)
    done = retrain(store, run.id, QUICK)
    assert done.state is RunState.SUCCEEDED
    assert done.verdict.startswith("What serves stays. Not better than compact beyond noise")
    assert model_registry.get_model(store, done.candidate_id).state is ModelState.REJECTED
    assert_live_model_unchanged(store)


@pytest.mark.parametrize("kind", ModelKind)
@pytest.mark.parametrize("at", ["Reading what", "Reading approved", "Learning", "Comparing"])
def test_a_training_is_cancelled_wherever_it_is(store, at, kind):
    run = training_runs.request(store, by="keiko", kind=kind)

    def say(_progress, text):
        if text.startswith(at):
            training_runs.request_cancel(store, run.id, by="keiko")

    done = retrain(store, run.id, QUICK, say=say)
    assert (done.state, done.verdict) == (RunState.CANCELLED, "Cancelled. What serves is unchanged.")
    assert_live_model_unchanged(store)
    made = [model for model in model_registry.list_models(store) if model.training_run_id]
    assert [(model.state, model.verdict) for model in made] == (
        [(ModelState.REJECTED, done.verdict)] if at == "Comparing" else []
    )


def test_too_little_approved_fails_with_the_reason(tmp_path, new_store, shipped_weights):
    store = new_store(tmp_path / "data")
    register_built_in_models(store)
    approve(store, "cup_1.png", 1)
    approve(store, "cup_2.png", 2)
    draft(store, "scarf_1.png", 3)
    done = retrain(store, training_runs.request(store, by="keiko").id, QUICK)
    assert done.state is RunState.FAILED
    assert "at least 2 products" in done.verdict
    assert_live_model_unchanged(store)


def test_nothing_unknown_to_learn_from_fails_with_the_reason(tmp_path, new_store, shipped_weights):
    store = new_store(tmp_path / "data")
    register_built_in_models(store)
    trimap = disc()[1].copy()
    trimap[trimap == 128] = 0
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(store, name, number, trimap=trimap)
    done = retrain(store, training_runs.request(store, by="keiko").id, QUICK)
    assert done.state is RunState.FAILED
    assert "mark soft edges as unknown" in done.verdict


def test_the_program_finds_its_run_on_the_database_that_its_environment_names(tmp_path, monkeypatch, postgresql_url):
    store = open_store(tmp_path / "data", database_url=postgresql_url)
    run = training_runs.request(store, by="keiko")
    monkeypatch.setenv("MATTELOOP_DATABASE_URL", postgresql_url)
    retrain_module.main(store.folder, run.id, steps=1, minutes=1, learning_rate=1e-4, validation_share=0.25)
    done = training_runs.get_run(store, run.id)
    store.database.close()
    assert done.state is RunState.FAILED
    assert "at least 2 products" in done.verdict


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ZeroDivisionError("oops"),
            "The training failed (ZeroDivisionError: oops). What serves is unchanged; see the log.",
        ),
        (MemoryError(), "The memory did not suffice for this training"),
        (OSError(errno.ENOSPC, "No space left on device"), "There is no room left on the disk of the data folder"),
    ],
)
def test_an_error_on_the_way_fails_in_words_and_what_serves_stays(store, run, monkeypatch, capsys, error, words):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr(matting_run, "learn", fail)
    done = retrain(store, run.id, QUICK)
    assert done.state is RunState.FAILED
    assert done.verdict.startswith(words)
    assert "Traceback" in capsys.readouterr().err
    assert_live_model_unchanged(store)


def test_a_candidate_that_cannot_be_loaded_does_not_go_live(store, run, gate, monkeypatch):
    gate(True)
    monkeypatch.setattr(matting_run, "save_network", lambda _network: b"no weights")
    done = retrain(store, run.id, QUICK)
    assert done.state is RunState.FAILED
    assert model_registry.get_model(store, done.candidate_id).state is ModelState.REJECTED
    assert_live_model_unchanged(store)


def test_the_threads_of_the_settings_are_used(store, run, gate):
    gate(False)
    retrain(store, run.id, RetrainSettings(FinetuneSettings(steps=1), threads=2, device="cpu"))
    assert torch.get_num_threads() == 2


def test_a_training_waits_where_another_one_has_begun_meanwhile(store, run, monkeypatch, capsys):
    other = training_runs.request(store, by="ren", kind=ModelKind.DRAFTER)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(training_runs, "here", lambda: Place("gpu-2", 7))
        training_runs.start(store, other.id, 4711)
    with pytest.raises(SystemExit) as ended:
        main(store.folder, run.id, steps=1, minutes=1, learning_rate=1e-4, validation_share=0.25, device="cpu")
    assert ended.value.code == ExitStatus.STORE_IS_AWAY
    assert f"Training number {other.id} has begun meanwhile" in capsys.readouterr().out
    assert training_runs.get_run(store, run.id) == run


def test_an_end_that_the_store_cannot_be_told_leaves_the_run_to_be_gone_on_with(store, run, monkeypatch, capsys):
    def refuse(*_, **__):
        raise StoreFullError("There is no room left.")

    monkeypatch.setattr(training_runs, "finish", refuse)
    arguments = {"steps": 2, "minutes": 1, "learning_rate": 1e-4, "validation_share": 0.25}
    with pytest.raises(SystemExit) as ended:
        main(store.folder, run.id, **arguments, threads=1, device="cpu")
    assert ended.value.code == ExitStatus.STORE_IS_AWAY
    assert "There is no room left." in capsys.readouterr().out
    assert training_runs.put_back(store, run.id).state is RunState.QUEUED


def test_a_log_that_finds_no_room_ends_no_training(store, run, monkeypatch):
    class Full(io.StringIO):
        def write(self, _text):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    main(store.folder, run.id, steps=1, minutes=1, learning_rate=1e-4, validation_share=0.25, threads=1, device="cpu")
    assert training_runs.get_run(store, run.id).state is RunState.SUCCEEDED
