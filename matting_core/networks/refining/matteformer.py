"""MatteFormer: matting by a transformer that looks at the trimap's classes as wholes.

Park et al., "MatteFormer: Transformer-Based Image Matting via Prior-Tokens" (2022). The same network is what
"Disentangled Pre-training for Image Matting" (Li et al., 2024) pre-trains; the released checkpoints of both fit it
(`released_checkpoint.py`).
"""

from collections.abc import Sequence

from torch import Tensor

from matting_core.networks.refining.prior_swin import PriorSwinEncoder
from matting_core.networks.refining.prior_tokens import PriorTokens, TileContext
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha, RefiningNetwork
from matting_core.networks.refining.refinement_decoder import DEPTHS, RefinementDecoder


class MatteFormer(RefiningNetwork):
    """44.8 million parameters with the default sizes.

    width, depths, heads: of the encoder, see `PriorSwinEncoder`. base, decoder_depths: see `RefinementDecoder`.
    """

    def __init__(
        self,
        *,
        width: int = 96,
        depths: Sequence[int] = (2, 2, 6, 2),
        heads: Sequence[int] = (3, 6, 12, 24),
        base: int = 32,
        decoder_depths: Sequence[int] = DEPTHS,
    ) -> None:
        super().__init__()
        self.encoder = PriorSwinEncoder(width=width, depths=depths, heads=heads, base=base)
        self.decoder = RefinementDecoder(base=base, depths=decoder_depths)

    def forward(self, rgb: Tensor, classes: Tensor, context: TileContext | None = None) -> MultiscaleAlpha:
        """See `RefiningNetwork.forward`."""
        alphas: MultiscaleAlpha = self.decoder(self.encoder(rgb, classes, context))
        return alphas

    def prior_tokens(self, rgb: Tensor, classes: Tensor) -> PriorTokens:
        """See `RefiningNetwork.prior_tokens`."""
        return self.encoder.encode(rgb, classes).tokens
