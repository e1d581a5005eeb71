"""A studio in which something has been learnt, as the parts of the page Learn see it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from small_images import approve

from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, what_serves
from annotation_store.projects import create_project
from annotation_store.records import ModelRecord
from studio.i18n import Words
from studio.pages.learning.scene import Scene
from studio.sign_in.visitor import local_user
from studio.studio import Studio
from training.gate.bootstrap import Change
from training.gate.measures import RULES
from training.gate.verdict import Breach, Figures, GateOutcome, ProjectVerdict


@pytest.fixture
def english() -> Words:
    return Words("en")


@pytest.fixture
def japanese() -> Words:
    return Words("ja")


@pytest.fixture
def scene(studio: Studio) -> Callable[[], Scene]:
    """What there is to see for the one user of a studio without accounts."""
    return lambda: Scene.of(studio.store, local_user("keiko"))


@pytest.fixture
def candidate(studio: Studio, compact_weights) -> ModelRecord:
    """A matting model that was never tried anywhere."""
    return model_registry.register_candidate(
        studio.store,
        architecture="compact",
        weights=compact_weights.read_bytes(),
        parent_id=what_serves.live_model(studio.store).id,
        run_id=None,
        metrics={},
        licence="test",
        code_version="test",
    )


@pytest.fixture
def drafter(studio: Studio) -> ModelRecord:
    return model_registry.register_candidate(
        studio.store,
        architecture="drafter",
        weights=b"no real weights",
        parent_id=None,
        run_id=None,
        metrics={},
        licence="test",
        code_version="test",
        kind=ModelKind.DRAFTER,
    )


@pytest.fixture
def boots(studio: Studio) -> int:
    """The number of a second project."""
    return create_project(studio.store, "Boots", by="ren").id


@pytest.fixture
def two_products(studio: Studio) -> list[int]:
    """Numbers of approved images, enough to learn from."""
    return [approve(studio.store, f"{name}_1.png", seed).id for seed, name in enumerate(("bowl", "cup", "mug"))]


@dataclass(frozen=True)
class Verdicts:
    """Verdicts as the gate keeps them beside a standing."""

    def __call__(
        self, outcome: GateOutcome, relative: float = -0.12, *, kind: ModelKind = ModelKind.MATTING, **more: object
    ) -> dict[str, object]:
        return ProjectVerdict(
            project_id=1,
            kind=kind,
            outcome=outcome,
            borrowed=bool(more.get("borrowed", False)),
            figures=self.figures(relative, kind=kind),
            breach=more.get("breach"),
        ).as_json()

    def figures(self, relative: float, *, kind: ModelKind = ModelKind.MATTING, images: int = 14) -> Figures:
        change = Change(
            live=2.0, candidate=2 + 2 * relative, relative=relative, low=relative - 0.04, high=relative + 0.04
        )
        return Figures(images, 0.95, dict.fromkeys(RULES[kind].measures, change))

    def breach(self, tag: str | None) -> Breach:
        return Breach(tag, 0.05, self.figures(0.22, images=4))


@pytest.fixture
def verdicts() -> Verdicts:
    return Verdicts()
