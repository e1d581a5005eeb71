"""How large an image may be. Sizes are checked from the header, before memory is taken for any pixel."""

from dataclasses import dataclass

from matting_core.errors import ImageTooLargeError


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """The largest image that is taken in: pixels in all, pixels along one side, bytes of the file."""

    max_pixels: int = 120_000_000
    max_side: int = 30_000
    max_bytes: int = 400_000_000

    def check_bytes(self, size: int) -> None:
        """Raise ImageTooLargeError if a file of `size` bytes is too large."""
        if size > self.max_bytes:
            raise ImageTooLargeError(
                f"the file has {size / 1e6:.0f} MB, more than the limit of {self.max_bytes / 1e6:.0f} MB: "
                "save it smaller, or ask for a higher limit"
            )

    def check_pixels(self, *, width: int, height: int) -> None:
        """Raise ImageTooLargeError if an image of this size, in pixels, is too large."""
        if width * height > self.max_pixels or max(width, height) > self.max_side:
            raise ImageTooLargeError(
                f"the image has {width} x {height} pixels ({width * height / 1e6:.0f} megapixels), more than "
                f"the limit of {self.max_pixels / 1e6:.0f} megapixels and {self.max_side} pixels along one "
                "side: make it smaller, or ask for a higher limit"
            )


DEFAULT_LIMITS = ImageLimits()
