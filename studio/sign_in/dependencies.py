"""What the pages of the sign-in ask for."""

from typing import Annotated

from fastapi import Depends, Request

from studio.sign_in.identity_provider import IdentityProvider
from studio.sign_in.throttle import Throttle


class Tries:
    """Counts the tries at one thing, by whoever sends the request."""

    def __init__(self, request: Request) -> None:
        self._throttle: Throttle = request.app.state.throttle
        self._address = request.client.host if request.client is not None else ""

    def count(self, what: str, *, name: str = "") -> None:
        """Raises TooManyTriesError."""
        self._throttle.count(what, address=self._address, name=name)


TriesDep = Annotated[Tries, Depends(Tries)]


def the_provider(request: Request) -> IdentityProvider | None:
    provider: IdentityProvider | None = request.app.state.identity_provider
    return provider


ProviderDep = Annotated[IdentityProvider | None, Depends(the_provider)]
