"""A recipe: everything that decides the outcome of a pre-training, as one small file."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from matting_core.errors import MattingError
from matting_core.networks.registry import ARCHITECTURES
from training.batches.sample_stream import StreamSettings
from training.composing.composer import Composer, Pretext
from training.composing.realistic import RealisticSettings
from training.learning.loop_settings import Clipping, LoopSettings, Precision
from training.losses.objective import Objective
from training.pretext.patches import PatchSettings

FOLDER = Path(__file__).parent


class RecipeError(MattingError):
    """A recipe that is not there, or that cannot be followed."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Learning(_Part):
    """See `LoopSettings`."""

    steps: int | None = Field(None, gt=0)
    minutes: float | None = Field(None, gt=0)
    learning_rate: float = Field(3e-4, gt=0)
    warm_up: int = Field(60, ge=0)
    weight_decay: float = Field(1e-2, ge=0)
    betas: tuple[float, float] = (0.9, 0.99)
    clipping: Clipping = Clipping.UNIT
    objective: Objective = Objective.MATTING
    average_horizon: int = Field(250, gt=1)
    precision: Precision = Precision.FLOAT32


class Recipe(_Part):
    """A pre-training.

    architecture, network: as in `networks.registry`, with sizes other than the default ones. pretext: what the
    samples are. prior: whether a compact network is given the classical prior. start: `shipped`, or a path to weights,
    from the folder that the program is started in. alphas: how many are drawn. photos: how many are used at most. size:
    of a sample in pixels; crop: of what the network sees of one that has a prior. batch: samples a step and process.
    """

    name: str
    about: str
    architecture: str = "compact"
    network: dict[str, int | tuple[int, ...]] = {}
    pretext: Pretext = Pretext.REALISTIC
    prior: bool = True
    start: str | None = None
    alphas: int = Field(1500, gt=0)
    photos: int | None = Field(None, gt=0)
    size: int = Field(256, gt=0)
    crop: int = Field(192, gt=0)
    batch: int = Field(8, gt=0)
    seed: int = Field(0, ge=0)
    patches: PatchSettings = PatchSettings()
    realistic: RealisticSettings = RealisticSettings()
    stream: StreamSettings = StreamSettings()
    learning: Learning

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        if self.architecture not in ARCHITECTURES:
            raise ValueError(f"there is no architecture named {self.architecture!r}")
        if self.prior and self.architecture != "compact":
            raise ValueError(f"{self.architecture} takes no classical prior: set prior = false")
        if self.crop % 64 and self.prior:
            raise ValueError("crop is a multiple of 64, the stride of the compact network")
        if self.crop > self.size and self.prior:
            raise ValueError(f"a crop of {self.crop} pixels does not fit a sample of {self.size}")
        if self.architecture != "compact":
            if self.size % 32 or self.size < 64:
                raise ValueError(f"{self.architecture} takes samples whose size is a multiple of 32 from 64 on")
            if self.learning.objective is Objective.MATTING:
                raise ValueError(f'{self.architecture} has three scales: set objective = "disentangling" or "refining"')
        if self.pretext is Pretext.PATCHES:
            replace(self.patches, size=self.size)  # refuses a grid that does not fill it
        self.loop(device="cpu")  # refuses a training without an end
        return self

    def changed(self, *, steps: int | None = None, minutes: float | None = None, seed: int | None = None) -> Self:
        """The same recipe, its length or its seed replaced by what is given."""
        changes: dict[str, Any] = {} if seed is None else {"seed": seed}
        if steps is not None or minutes is not None:
            changes["learning"] = self.learning.model_copy(update={"steps": steps, "minutes": minutes})
        return self.model_copy(update=changes)

    def composer(self) -> Composer:
        return Composer(self.pretext, self.size, self.patches, self.realistic)

    def loop(self, *, device: str, devices: int = 1) -> LoopSettings:
        return LoopSettings(**self.learning.model_dump(), device=device, devices=devices, seed=self.seed)


def recipe_names() -> list[str]:
    """The recipes that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_recipe(name: str) -> Recipe:
    """A recipe by the name of one that comes with the program, or by the path of a TOML file.

    Raises RecipeError if there is none, or with what is wrong in it.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise RecipeError(
            f"there is no recipe {name}: give the path of a .toml file or one of {', '.join(recipe_names())}"
        )
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text("utf-8")) | {"name": path.stem})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is no readable TOML file: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'recipe'}: {fault['msg']}" for fault in error.errors()
        )
        raise RecipeError(f"{path} cannot be followed: {faults}") from error
