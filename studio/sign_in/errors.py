"""Refusals of the door."""

from matting_core.errors import MattingError


class SignedOutError(MattingError):
    """Nobody has signed in, or their sign-in has ended."""

    def __init__(
        self, text: str = "You are signed out: sign in again. What you have drawn is kept until then."
    ) -> None:
        super().__init__(text)


class ForbiddenError(MattingError):
    """The person may not do this."""


class TooManyTriesError(MattingError):
    """Somebody tries too often in a short time. seconds: until they may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries from here: wait {seconds} seconds, then try again.")
        self.seconds = seconds


class UnequalPasswordsError(MattingError):
    """A password that was to be typed twice was not typed twice."""

    def __init__(self) -> None:
        super().__init__("The two passwords are not the same: type them again.")


class WrongCurrentError(MattingError):
    """Who wants another password does not know the present one."""

    def __init__(self) -> None:
        super().__init__("The current password is not right: try again.")


class IdentityProviderError(MattingError):
    """The identity provider cannot be reached, or what it says does not hold. The reason is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__("Signing in through the identity provider did not work: try again, or tell an admin.")
        self.reason = reason
