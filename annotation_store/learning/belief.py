"""What an approval says about a matte, pixel by pixel.

Of an alpha that a model made, people put right what they see: what they left is that model's own, and to judge models
by it would flatter that one.
"""

import numpy as np

from annotation_store import schema
from annotation_store.kinds import BLANK, Supervision
from matting_core.arrays import UNKNOWN, Mask, Trimap
from matting_core.edits.marks import FULL, Retouch


def supervision_of(revision: schema.Revision) -> Supervision:
    """What of an approved revision is believed.

    What grew from nothing (BLANK) may name no model, and still hold what one has made of the strokes.
    """
    if revision.model_version_id is None and revision.drafter != BLANK:
        return Supervision.ALPHA
    return Supervision.TRIMAP if revision.retouch_blob is None else Supervision.RETOUCH


def believed_part(supervision: Supervision, trimap: Trimap, retouch: Retouch | None) -> Mask | None:
    """Where the alpha is what somebody said it is: bool, HxW; None is everywhere.

    trimap: uint8, HxW, {0, 128, 255}. retouch: what was painted, of the same size; None if nothing was. Painted is what
    shows more of the paint than of the model.
    """
    if supervision is Supervision.ALPHA:
        return None
    known: Mask = trimap != UNKNOWN
    if supervision is Supervision.TRIMAP or retouch is None:
        return known
    painted: Mask = retouch.coverage > FULL // 2
    return np.logical_or(known, painted)
