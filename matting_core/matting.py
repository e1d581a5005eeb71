"""The protocol behind which every model stands: networks, classical solvers, other people's files."""

from typing import Protocol, runtime_checkable

from matting_core.arrays import Alpha, Rgb, Trimap


@runtime_checkable
class Matting(Protocol):
    """Something that turns a photo and a trimap into an alpha matte."""

    @property
    def name(self) -> str:
        """Short name for people, e.g. ``compact`` or ``closed-form``."""
        ...

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """Alpha of the whole photo.

        rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}.
        Returns float32, HxW, [0, 1], exactly 0 and 1 where the trimap is known.
        """
        ...


@runtime_checkable
class HasLiveForm(Protocol):
    """A model with a quick form for the time while a stroke is being drawn."""

    @property
    def live(self) -> Matting:
        """The quick form: a little less exact, several times faster."""
        ...


@runtime_checkable
class HasFootprint(Protocol):
    """A model that knows how much of its device's memory it holds."""

    @property
    def footprint(self) -> int:
        """In bytes; without what a prediction needs while it lasts."""
        ...


def live_form(matting: Matting) -> Matting:
    """The quick form of a model, or the model itself if it has none."""
    return matting.live if isinstance(matting, HasLiveForm) else matting


def footprint_of(matting: Matting) -> int:
    """Bytes of its device that a model holds, 0 where it does not say."""
    return matting.footprint if isinstance(matting, HasFootprint) else 0
