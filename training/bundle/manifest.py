"""What a training bundle says about itself. Its digest stands for every byte: each file is named by its own.

The format, version 1, is a zip whose members are stored, not deflated::

    manifest.json         this
    parent.safetensors    the weights to go on from
    photos/SHA256         as they came
    trimaps/SHA256.png    approved ones, and those that were drafted
    alphas/SHA256.png
    retouches/SHA256.png  what of them was painted by hand
"""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from annotation_store.kinds import ModelKind, Part, Supervision
from training.model_card import LARGEST_NUMBER
from training.provenance import MOST_SOURCES, Source
from training.training_set_digest import digest_of_lessons

MANIFEST = "manifest.json"
PARENT = "parent.safetensors"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BundledItem(_Part):
    """One approved matte. product: photos of one number show one product. The rest as in `TrainingItem`."""

    part: Literal[Part.TRAIN] = Part.TRAIN
    product: int = Field(ge=1, le=LARGEST_NUMBER)
    photo: Sha256
    trimap: Sha256
    alpha: Sha256
    draft_trimap: Sha256 | None
    retouch: Sha256 | None
    weight: float = Field(ge=1, le=1000, allow_inf_nan=False)
    supervision: Supervision
    learnt: bool

    def lesson(self) -> dict[str, Any]:
        """As `training_set_digest.lesson_of` has it."""
        return self.model_dump(mode="json", exclude={"part", "product"})

    def files(self) -> Iterator[tuple[str, str]]:
        """Path in the zip and SHA-256 of each file."""
        yield f"photos/{self.photo}", self.photo
        yield f"alphas/{self.alpha}.png", self.alpha
        for trimap in filter(None, (self.trimap, self.draft_trimap)):
            yield f"trimaps/{trimap}.png", trimap
        if self.retouch is not None:
            yield f"retouches/{self.retouch}.png", self.retouch


class BundledSet(_Part):
    """The training set in the studio: its number, counts of images, and the digest of what is learnt from."""

    number: int = Field(ge=1, le=LARGEST_NUMBER)
    train: int = Field(ge=1)
    validation: int = Field(ge=0)
    golden: int = Field(ge=0)
    digest: Sha256


class BundledParent(_Part):
    """The version to go on from. sha256: of its weights."""

    name: str = Field(min_length=1, max_length=200)
    architecture: str = Field(min_length=1, max_length=100)
    sha256: Sha256
    licence: str = Field(max_length=1000)
    provenance: tuple[Source, ...] = Field(max_length=MOST_SOURCES)


class Manifest(_Part):
    """recipe: the fine-tuning that the studio would carry out."""

    format: Literal["matteloop-training-bundle"] = "matteloop-training-bundle"
    format_version: Literal[1] = 1
    made_by: str = Field(max_length=200)
    kind: Literal[ModelKind.MATTING] = ModelKind.MATTING
    training_set: BundledSet
    parent: BundledParent
    recipe: dict[str, Any]
    items: tuple[BundledItem, ...] = Field(min_length=1, max_length=1_000_000)

    def as_json(self) -> bytes:
        """The same manifest gives the same bytes."""
        return self.model_dump_json(indent=1).encode() + b"\n"

    def files(self) -> dict[str, str]:
        """Path in the zip and SHA-256 of everything but the manifest, in the order in which it is written."""
        return {PARENT: self.parent.sha256} | {path: digest for item in self.items for path, digest in item.files()}

    def digest_of_set(self) -> str:
        """What `training_set.digest` must be."""
        return digest_of_lessons(item.lesson() for item in self.items)


def digest_of_manifest(data: bytes) -> str:
    """The digest of a bundle with these bytes as its manifest."""
    return hashlib.sha256(data).hexdigest()
