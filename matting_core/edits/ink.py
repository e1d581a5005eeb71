"""What an edit lays down on a trimap: one of its three classes, or the draft again."""

from enum import StrEnum

from matting_core.trimap import Label


class Ink(StrEnum):
    """Foreground, background and unknown are classes; draft is whatever the draft says at that pixel."""

    FOREGROUND = "foreground"
    BACKGROUND = "background"
    UNKNOWN = "unknown"
    DRAFT = "draft"

    @property
    def value_in_trimap(self) -> int:
        """0, 128 or 255. Raises ValueError for the draft, which has a value of its own at each pixel."""
        return Label(self.value).value_in_trimap
