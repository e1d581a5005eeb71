"""Errors that a person can act on: each message says what is wrong and what to do."""


class MattingError(Exception):
    """Base of every error that this floor raises on purpose; its text may be shown to an operator."""


class InvalidArrayError(MattingError, ValueError):
    """An array breaks its contract (shape, dtype or range)."""


class UnreadableImageError(MattingError, ValueError):
    """Bytes that are not an image that can be read; the text names the reason."""


class ImageTooLargeError(MattingError, ValueError):
    """An image above the size limit, refused from its header before any pixel is decoded."""


class InvalidEditError(MattingError, ValueError):
    """An edit outside the limits of its rule."""


class WeightsError(MattingError):
    """A weights file that does not fit its network, or cannot be read."""


class MissingPackageError(MattingError):
    """An optional package is asked for and not installed; the text says how to install it."""


class UnknownModelError(MattingError, ValueError):
    """A name that stands for no model; the text tells the names that there are."""


class UnknownDrafterError(MattingError, ValueError):
    """A name that stands for no drafter; the text tells the names that there are."""


class NothingLearnedError(MattingError):
    """The learned drafter was asked for before there is one."""


class DeviceFullError(MattingError):
    """A prediction, or a model, does not fit into the memory of its device even alone."""
