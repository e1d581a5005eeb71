"""A fine-tuning as a Ray Train job on a real cluster of this computer: two workers learn what one process learns."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from small_task import SETTINGS, assert_alike, assert_moved, learn_at

from training.distributed import ray_job
from training.distributed.training_place import TrainingPlace
from training.learning.loop import Progress, TrainingStopped
from training.learning.optimising import DivergedError

ray = pytest.importorskip("ray", reason="a Ray cluster needs `pip install -r requirements-extra.txt`")
pytestmark = pytest.mark.scale

ON_RAY = TrainingPlace(processes=2, ray_address="auto", device="cpu")
"""The address is not looked at: the tests' own process is connected to the cluster already."""

QUICK = {
    "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER": "0",
    "RAY_TRAIN_ENABLE_STATE_ACTOR_RECONCILIATION": "0",
    "RAY_TRAIN_METRICS_ENABLED": "0",
    "RAY_TRAIN_HEALTH_CHECK_INTERVAL_S": "0.5",
    "RAY_TRAIN_WORKER_GROUP_START_TIMEOUT_S": "180",
}
"""Fewer processes of Ray's own, which start slowly, and patience on a busy computer."""

MARK = f"tests-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(ray_job, "TIDY_SECONDS", 120.0)
    for name, value in QUICK.items():
        patch.setenv(name, value)
    folder = Path(__file__).parent
    paths = os.pathsep.join(map(str, (folder, folder.parent, folder.parents[2])))
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        runtime_env={"env_vars": {"PYTHONPATH": paths, "CLUSTER_OF": MARK}},
    )
    yield
    ray.shutdown()
    patch.undo()


def workers() -> list[int]:
    """The processes of this cluster that train, by the name that Ray gives them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end meanwhile
            trains = b"RayTrainWorker" in (process / "cmdline").read_bytes()
            if trains and MARK.encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
    return sorted(found)


def test_two_workers_learn_what_one_process_learns_and_tell_it_in_order() -> None:
    rows: list[Progress] = []
    one = learn_at()
    two = learn_at(ON_RAY, on_row=lambda row: rows.append(row) is None)
    assert_moved(one.network)
    assert_alike(one.network, two.network)
    assert [row.step for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.watched is not None for row in rows] == [False, True] * 3
    assert (two.best_step, two.kept, two.stopped_early) == (one.best_step, one.kept, one.stopped_early)


def test_a_lost_worker_costs_the_steps_since_the_last_checkpoint_and_no_more(tmp_path: Path) -> None:
    """Losses are compared, not weights: after so many steps the order of additions alone can move some of these."""
    settings = replace(SETTINGS, steps=12)
    checkpoint, rows, killed = tmp_path / "checkpoint.pt", list[Progress](), list[int]()

    def on_row(row: Progress) -> bool:
        rows.append(row)
        if not killed and checkpoint.is_file():
            os.kill(workers()[-1], signal.SIGKILL)
            killed.append(row.step)
        return True

    learn_at(replace(ON_RAY, save_every=0.0), settings, on_row=on_row, checkpoint=checkpoint)
    assert killed
    backwards = [later.step for earlier, later in pairwise(rows) if later.step <= earlier.step]
    assert len(backwards) <= 1
    assert all(step > 1 for step in backwards), "it went on from a checkpoint, not from the beginning"
    alone: dict[int, Progress] = {}
    learn_at(settings=settings, on_row=lambda row: alone.setdefault(row.step, row) is row)
    assert {row.step for row in rows} == set(alone) == set(range(1, 13))
    for row in rows:
        assert row.loss == pytest.approx(alone[row.step].loss, rel=1e-3)
        assert (row.watched or 0) == pytest.approx(alone[row.step].watched or 0, rel=1e-3)


def test_a_cancelled_job_ends_within_a_step_and_can_be_gone_on_with(tmp_path: Path) -> None:
    checkpoint, steps = tmp_path / "checkpoint.pt", list[int]()
    with pytest.raises(TrainingStopped):
        learn_at(ON_RAY, on_row=lambda row: row.step < 3, checkpoint=checkpoint)
    learnt = learn_at(on_row=lambda row: steps.append(row.step) is None, checkpoint=checkpoint)
    assert 3 < steps[0] <= 6
    assert_alike(learn_at().network, learnt.network)


def test_an_error_made_on_purpose_arrives_as_it_is_and_is_not_tried_again() -> None:
    with pytest.raises(DivergedError, match="lower learning rate"):
        learn_at(ON_RAY, replace(SETTINGS, steps=30, learning_rate=1e30))
