"""The stages as a pipeline of Ray Data, for some hundreds or thousands of photos at once.

One photo is one block, so Ray's back-pressure counts in photos: a stage starts nothing more while IN_FLIGHT bytes for
each model lie between the stages. Ray repeats nothing by itself. A process or computer that is lost takes the photos
that it had in work with it; they are answered by nothing, and whoever runs the pipeline sees to them.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from studio.drafting.on_ray import stages
from studio.drafting.on_ray.cluster import Room
from studio.drafting.on_ray.node import Job
from studio.drafting.on_ray.parcels import Parcel

IN_FLIGHT = 400_000_000
"""Bytes for each model: a photo of 12 megapixels has 48 MB with its trimap and 96 MB with its alpha."""
MODEL_CPUS, HELPER_CPUS = 0.49, 0.01
"""What processes reserve. How many run at once is capped by `Room`; reserving more, the models that a lost computer
leaves to the others would take all their CPUs, and wait for photos that nobody could read."""


class Halt:
    """An actor, beside whoever asks for drafts: says to all processes whether something new may begin."""

    def __init__(self) -> None:
        self._is_over = False

    def halt(self) -> None:
        """From now on nothing new begins."""
        self._is_over = True

    def is_over(self) -> bool:
        """Whether nothing new is to begin."""
        return self._is_over


@dataclass(frozen=True, slots=True)
class IsOver:
    """Asks the actor."""

    halt: Any

    def __call__(self) -> bool:
        import ray

        try:
            return bool(ray.get(self.halt.is_over.remote()))
        except ray.exceptions.RayActorError:  # whoever asked for drafts is gone
            return True


class Begin:
    """The first stage, as an actor: its process has the studio open."""

    def __init__(self, job: Job, is_over: IsOver) -> None:
        self._job, self._is_over = job, is_over

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        return stages.begin(self._job, int(row["item"]), is_over=self._is_over).as_row()


class Predict:
    """The second stage: its process keeps the models loaded."""

    def __init__(self, job: Job, is_over: IsOver) -> None:
        self._job, self._is_over = job, is_over

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        return stages.predict(self._job, Parcel.of_row(row), is_over=self._is_over).as_row()


class Keep:
    """The last stage."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        return stages.keep(self._job, Parcel.of_row(row)).as_row()


@contextmanager
def halt_actor(ray: ModuleType) -> Iterator[Any]:
    """A `Halt` on this node of the cluster, which needs no CPU."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    beside = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=True)
    actor = ray.remote(Halt).options(num_cpus=0, scheduling_strategy=beside).remote()
    try:
        yield actor
    finally:
        ray.kill(actor)


@contextmanager
def answers(job: Job, image_ids: Sequence[int], *, room: Room, halt: Any, alone: bool) -> Iterator[Iterator[Parcel]]:
    """What becomes of the images, in whatever order that is known. Leaving the block ends what is still in work.

    alone: each model has only one image at a time, so that if its process falls, it is known over which.
    """
    import ray.data
    from ray.data import ActorPoolStrategy, DataContext, ExecutionResources

    context = DataContext.get_current().copy()
    context.max_errored_blocks = -1  # a lost photo is not the end of the others
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = False
    context.execution_options.resource_limits = ExecutionResources(object_store_memory=IN_FLIGHT * room.actors)
    context.issue_detectors_config.detectors = []  # it wonders at photos that take long

    def processes(most: int) -> dict[str, Any]:
        """Ray replaces those that fall, and gives none of them the same photo again."""
        pool = ActorPoolStrategy(min_size=1, max_size=most, max_tasks_in_flight_per_actor=1 if alone else 2)
        return {"compute": pool, "max_restarts": -1, "max_task_retries": 0}

    helpers, models = processes(room.helpers), processes(room.actors)
    with DataContext.current(context), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how Ray is told so; it names no other way
        photos = ray.data.from_items([int(each) for each in image_ids], override_num_blocks=len(image_ids))
        drafted = (
            photos.map(Begin, fn_constructor_args=(job, IsOver(halt)), num_cpus=HELPER_CPUS, **helpers)
            .map(
                Predict,
                fn_constructor_args=(job, IsOver(halt)),
                num_cpus=MODEL_CPUS,
                num_gpus=1 if room.has_gpus else 0,
                **models,
            )
            .map(Keep, fn_constructor_args=(job,), num_cpus=HELPER_CPUS, **helpers)
        )
    with DataContext.current(context), closing(_rows(drafted)) as rows:
        yield rows


def _rows(drafted: Any) -> Iterator[Parcel]:
    for row in drafted.iter_rows():
        yield Parcel.of_row(row)
