"""A fine-tuning as a Ray Train job: the same task as everywhere, in processes that Ray places on its computers.

The desk is an actor on the driver's own computer, so it outlives any worker. When one is lost, Ray Train begins anew
with as many, and these go on from the desk's latest checkpoint; nothing needs a folder that several computers share.
The material goes through Ray's object store. The driver's end, however it comes, ends the job.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from matting_core.errors import MattingError
from training.distributed.desk import Desk, News
from training.distributed.group_fabric import fabric_in_group
from training.distributed.task import End, Task, carry_out
from training.learning.loop import Progress

MOST_LOSSES = 3
"""How often workers may be lost before the training is given up."""


TIDY_SECONDS = 15.0
"""How long Ray Train may take to give back what a training had that is over."""


class JobFailedError(MattingError):
    """The workers fell again and again."""


class RayGroup:
    """A `following.Group`. Leave `at_work` to end it."""

    def __init__(self, ray: Any, desk: Any, job: Any) -> None:
        self._ray, self._desk, self._job = ray, desk, job

    def news(self, known: int) -> News:
        news: News = self._ray.get(self._desk.news.remote(known))
        return news

    def stop(self) -> None:
        self._ray.get(self._desk.stop.remote())

    def check(self) -> None:
        ended, _ = self._ray.wait([self._job], timeout=0)
        if not ended:
            return
        try:
            reason: object = self._ray.get(self._job)
        except Exception as error:
            reason = error
        if not self._ray.get(self._desk.has_ended.remote()):
            raise JobFailedError(
                f"The training on the Ray cluster was given up: {reason or 'it ended without a result'}. Its log and "
                "Ray's own (`ray logs`) say more. What serves is unchanged."
            )


@contextmanager
def at_work(ray: Any, task: Task, *, processes: int, on_gpus: bool, state: bytes | None = None) -> Iterator[RayGroup]:
    """Have the task carried out by so many workers of the cluster that `ray` is connected to; they are ended with the
    context. on_gpus: each worker has one. state: to go on from."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    desk = ray.remote(num_cpus=0, max_concurrency=4, scheduling_strategy=here)(Desk).remote(state)
    fitting = ray.remote(num_cpus=0, scheduling_strategy=here)(_Fitting).remote()
    try:
        job = fitting.fit.remote({"desk": desk, "task": [ray.put(task)]}, processes, on_gpus, task.threads)
        yield RayGroup(ray, desk, job)
    finally:
        _let_tidy_up(ray, desk, job)
        ray.kill(fitting)  # and with it what it has begun
        ray.kill(desk)


def _let_tidy_up(ray: Any, desk: Any, job: Any) -> None:
    """Wait for a trainer whose training is over. Were it killed meanwhile, the CPUs and GPUs that it had reserved would
    stay taken for as long as this process is connected."""
    try:
        if ray.get(desk.has_ended.remote(), timeout=TIDY_SECONDS):
            ray.wait([job], timeout=TIDY_SECONDS)
    except ray.exceptions.RayError:
        pass  # the desk is gone, and with it the cluster


class _Fitting:
    """An actor in which the trainer runs: what is given up is ended with it, and Ctrl-C stays the driver's."""

    def fit(self, told: dict[str, Any], processes: int, on_gpus: bool, threads: int) -> str:
        """Until the workers are done; what made it fail, or nothing."""
        from ray.train import FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchConfig, TorchTrainer

        each = {"CPU": float(threads)} | ({"GPU": 1.0} if on_gpus else {})
        with TemporaryDirectory(prefix="matteloop-ray-") as records:  # Ray's own, which nothing is kept in
            trainer = TorchTrainer(
                _work,
                train_loop_config=told,
                torch_config=TorchConfig(backend="nccl" if on_gpus else "gloo"),
                scaling_config=ScalingConfig(num_workers=processes, use_gpu=on_gpus, resources_per_worker=each),
                run_config=RunConfig(storage_path=records, failure_config=FailureConfig(max_failures=MOST_LOSSES)),
            )
            try:
                trainer.fit()
            except Exception as error:  # some of Ray's own cannot be sent to another process
                return _in_short(error)
        return ""


def _work(told: dict[str, Any]) -> None:
    """A worker of Ray Train, which has set up the process group before."""
    import ray
    from ray.train.torch import get_device

    task: Task = ray.get(told["task"][0])
    torch.set_num_threads(task.threads)
    with TemporaryDirectory(prefix="matteloop-training-") as folder:
        carry_out(task, fabric_in_group(torch.device(get_device())), _DeskBehindRay(ray, told["desk"]), Path(folder))


class _DeskBehindRay:
    """A `task.Driver`: the actor."""

    def __init__(self, ray: Any, desk: Any) -> None:
        self._ray, self._desk = ray, desk

    def state(self) -> bytes | None:
        found: bytes | None = self._ray.get(self._desk.state.remote())
        return found

    def tell(self, row: Progress) -> bool:
        return bool(self._ray.get(self._desk.tell.remote(row)))

    def keep(self, state: bytes) -> None:
        self._ray.get(self._desk.keep.remote(state))

    def end(self, end: End) -> None:
        self._ray.get(self._desk.end.remote(end))


def _in_short(error: Exception) -> str:
    """The last line of it, where Ray puts the cause."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
