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

from training.distributed.training_place import TrainingPlace
from training.learning.loop import Progress, TrainingStopped
from training.learning.optimising import DivergedError

ray = pytest.importorskip("ray", reason="a Ray cluster needs `pip install -r requirements-extra.txt`")
pytestmark = pytest.mark.scale

ON_RAY = TrainingPlace(processes=2, ray_address="auto", device="cpu")
"""The address is not looked at: the tests' own process is connected to the cluster already."""

MARK = f"tests-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    folder = Path(__file__).parent
    paths = os.pathsep.join(map(str, (folder, folder.parent, folder.parents[2])))
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
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
    settings = replace(SETTINGS, steps=40)
    checkpoint, steps, killed = tmp_path / "checkpoint.pt", list[int](), list[int]()

    def on_row(row: Progress) -> bool:
        steps.append(row.step)
        if not killed and checkpoint.is_file() and row.step >= 5:
            os.kill(workers()[-1], signal.SIGKILL)
            killed.append(row.step)
        return True

    learnt = learn_at(replace(ON_RAY, save_every=0.0), settings, on_row=on_row, checkpoint=checkpoint)
    assert killed
    backwards = [later for earlier, later in pairwise(steps) if later <= earlier]
    assert len(backwards) <= 1
    assert all(step > 1 for step in backwards), "it went on from a checkpoint, not from the beginning"
    assert steps[-1] == 40
    assert_alike(learn_at(settings=settings).network, learnt.network)


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
