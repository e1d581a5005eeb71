"""What the model's alpha of an open image is called: whoever names the same one at the same place sees the same matte.

A studio may be served by several processes. The log tells each of them the same marks, bit for bit; the alpha around
them also depends on how the strokes came, in ones or together, and on whether the whole was computed since. So every
answer says what its alpha is called, and whoever draws on it or decides about it says what they have before their eyes.
"""

import re
from secrets import token_hex

KEPT = "kept"
"""The alpha of the revision itself: every process has it."""

PATTERN = "^[a-z0-9-]{1,64}$"
"""Of all names."""

_FINE = re.compile(r"fine-[0-9]+-[0-9]+")


def fine(model_id: int, position: int) -> str:
    """Of the whole alpha by a model for the trimap at a place in the log: every process can compute it anew."""
    return f"fine-{model_id}-{position}"


def is_fine(name: str) -> bool:
    """Whether it is a name of the whole alpha, computed at once."""
    return _FINE.fullmatch(name) is not None


def grown() -> str:
    """Of an alpha that has grown stroke by stroke: nobody else has it, but for its snapshot."""
    return token_hex(8)
