"""What a fine-tuning is watched by: does the network get better on photos like the new ones, and forget nothing?"""

from dataclasses import dataclass

from torch import nn

from training.learning_material import LearningMaterial
from training.validation import HeldOut

SHARE, SHARE_IN_DOUBT = 0.25, 0.5
"""How much what is remembered counts. More where alphas are not believed: such windows are blind to soft edges."""


@dataclass(frozen=True, slots=True)
class Watching:
    """In the place of a `HeldOut`. new: windows of photos. old: composed samples. scale: brings the error on `old` to
    the size of that on `new`, by the parent's errors on both. share: of `old` in the sum."""

    new: HeldOut
    old: HeldOut | None
    scale: float
    share: float

    @staticmethod
    def of(material: LearningMaterial, parent: nn.Module) -> "Watching | None":
        """None where the material spares nothing to watch by."""
        if material.watching is None:
            return None
        new = HeldOut.of_windows(material.watching, parent)
        if material.remembering is None:
            return Watching(new, None, 1.0, 0.0)
        old = HeldOut.of_samples(material.remembering)
        scale = new.error(parent) / max(old.error(parent), 1e-6)
        share = SHARE + (SHARE_IN_DOUBT - SHARE) * material.doubted
        return Watching(new, old, scale, share)

    def error(self, network: nn.Module) -> float:
        """The parent's mean absolute error on the windows; another network's, and what it has forgotten."""
        fresh = self.new.error(network)
        if self.old is None:
            return fresh
        return (1 - self.share) * fresh + self.share * self.scale * self.old.error(network)
