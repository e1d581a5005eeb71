"""The error of training bundles."""

from matting_core.errors import MattingError


class BundleError(MattingError):
    """A training bundle that cannot be written or read; the text says why, and what to do."""
