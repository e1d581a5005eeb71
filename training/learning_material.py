"""All that one fine-tuning learns from: windows of approved photos, windows to watch it by, composed ones to replay."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors.torch
import torch
from torch import Tensor

from training.batches.samples import SampleSet
from training.lessons import Lesson, cut_windows
from training.replay import Scrapbook, composed_samples
from training.sloppy_trimaps import Sloppiness
from training.whole_file import write_atomically
from training.windows import NothingToLearnError

FEWEST_GROUPS = 4
"""Products that a network has not learnt from yet, below which none of them is spared to watch the training by."""
MOST_WATCHED = 8
SETS = ("samples", "watching", "composed", "remembering")


@dataclass(frozen=True, slots=True)
class MaterialSettings:
    """windows: of each photo. windows_of_learnt: of each one that the network has learnt from before. watched: share of
    the other products that only watch the training. composed: samples to replay. remembering: share of these that are
    not replayed but tell what is forgotten, where something watches."""

    windows: int = 6
    windows_of_learnt: int = 2
    watched: float = 0.2
    composed: int = 48
    remembering: float = 0.25
    sloppiness: Sloppiness = field(default_factory=Sloppiness)


@dataclass(frozen=True, slots=True)
class LearningMaterial:
    """samples: to learn from. weights: of each, 1 or more. learnt: whether the network has learnt from it before.
    watching: of other products, to watch the training by. composed: to replay. remembering: composed ones that are not
    learnt from, either. None where there is none."""

    samples: SampleSet
    weights: npt.NDArray[np.float64]
    learnt: npt.NDArray[np.bool_]
    watching: SampleSet | None = None
    composed: SampleSet | None = None
    remembering: SampleSet | None = None

    @staticmethod
    def of_samples(samples: SampleSet) -> "LearningMaterial":
        """Nothing but these, each as important as the others."""
        return LearningMaterial(samples, np.ones(len(samples)), np.zeros(len(samples), np.bool_))

    def planes(self) -> dict[str, Tensor]:
        """Everything, by name."""
        sets = {name: getattr(self, name) for name in SETS}
        named = {
            f"{name}.{plane}": data.contiguous()
            for name, samples in sets.items()
            if samples is not None
            for plane, data in samples.planes().items()
        }
        return named | {"weights": torch.from_numpy(self.weights), "learnt": torch.from_numpy(self.learnt)}

    @property
    def doubted(self) -> float:
        """Share of the samples whose alpha is not to be believed everywhere."""
        trusted = self.samples.trusted
        return 0.0 if trusted is None else float((trusted == 0).flatten(1).any(1).float().mean())

    @property
    def fingerprint(self) -> str:
        """Tells apart materials that differ in any pixel."""
        digest = hashlib.sha256()
        for name, plane in sorted(self.planes().items()):
            digest.update(f"{name}{tuple(plane.shape)}".encode())
            digest.update(plane.cpu().numpy().tobytes())
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write one safetensors file, so that a training that was interrupted goes on with the very same."""
        write_atomically(path, self.as_bytes())

    def as_bytes(self) -> bytes:
        """What `save` writes."""
        return safetensors.torch.save(self.planes())

    @staticmethod
    def load(path: Path) -> "LearningMaterial":
        return LearningMaterial._of_planes(safetensors.torch.load_file(path), name=str(path))

    @staticmethod
    def from_bytes(data: bytes) -> "LearningMaterial":
        """What `as_bytes` made."""
        return LearningMaterial._of_planes(safetensors.torch.load(data), name="the material")

    @staticmethod
    def _of_planes(planes: dict[str, Tensor], *, name: str) -> "LearningMaterial":
        def part(name: str) -> SampleSet | None:
            own = {key.partition(".")[2]: plane for key, plane in planes.items() if key.startswith(f"{name}.")}
            return SampleSet(**own) if own else None

        sets = {name: part(name) for name in SETS}
        samples = sets.pop("samples")
        if samples is None:
            raise NothingToLearnError(f"{name} holds no samples: delete it to have them cut anew")
        return LearningMaterial(samples, planes["weights"].numpy(), planes["learnt"].numpy(), **sets)


def gather(
    lessons: Iterable[Lesson],
    settings: MaterialSettings | None = None,
    *,
    seed: int = 0,
    on_lesson: Callable[[int], None] | None = None,
) -> LearningMaterial:
    """Cut the windows of all lessons, which are looked at one after the other, and compose what is replayed.

    on_lesson: told the number of lessons done, and the last number again and again while samples are composed. Raises
    NothingToLearnError when no lesson has a window with both known classes and something unknown.
    """
    settings = settings or MaterialSettings()
    rng = np.random.default_rng(seed)
    book = Scrapbook(np.random.default_rng([seed, 1]))
    cut: list[SampleSet] = []
    origins: list[Origin] = []
    done = 0
    for done, lesson in enumerate(lessons, 1):
        count = settings.windows_of_learnt if lesson.learnt else settings.windows
        windows = cut_windows(rng, lesson.example, count=count, how=settings.sloppiness)
        cut += windows
        origins += [Origin(lesson.group, lesson.example.weight, lesson.learnt)] * len(windows)
        book.add(lesson.example)
        if on_lesson is not None:
            on_lesson(done)
    if not cut:
        raise NothingToLearnError(
            "None of the photos to learn from has an unknown region beside foreground and background: mark soft "
            "edges as unknown (in the studio, approve them), then train again."
        )
    spared = spared_groups(origins, share=settings.watched, seed=seed)
    watch = [origin.group in spared for origin in origins]
    watching = [window for window, only_watches in zip(cut, watch, strict=True) if only_watches]
    learn_from = [origin for origin, only_watches in zip(origins, watch, strict=True) if not only_watches]
    composed = composed_samples(
        book, settings.composed, seed=seed, on_samples=None if on_lesson is None else lambda _: on_lesson(done)
    )
    apart = 0 if composed is None or not watching else round(settings.remembering * len(composed))
    return LearningMaterial(
        samples=SampleSet.join([window for window, only_watches in zip(cut, watch, strict=True) if not only_watches]),
        weights=np.array([origin.weight for origin in learn_from]),
        learnt=np.array([origin.learnt for origin in learn_from]),
        watching=SampleSet.join(watching) if watching else None,
        composed=composed[slice(apart, None)] if composed is not None else None,
        remembering=composed[slice(0, apart)] if composed is not None and apart else None,
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a window beside its pixels."""

    group: str
    weight: float
    learnt: bool


def spared_groups(origins: Sequence[Origin], *, share: float, seed: int) -> set[str]:
    """Products that only watch: of those that the network has never learnt from, for on the others it would look better
    before than after, whatever it learns now."""
    met = {origin.group for origin in origins if origin.learnt}
    fresh = sorted({origin.group for origin in origins} - met)
    if len(fresh) < FEWEST_GROUPS or share <= 0:
        return set()
    count = min(MOST_WATCHED, len(fresh) // 2, max(1, round(share * len(fresh))))
    return set(np.random.default_rng([seed, 2]).permutation(fresh)[:count].tolist())
