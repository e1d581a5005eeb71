"""The error of the command line itself."""

from matting_core.errors import MattingError


class CommandError(MattingError):
    """What a command was asked to do cannot be done; each line of the text is one problem, and what to do."""
