"""The cookie by which a browser is known again: no script reads it, no other site sends it.

Where the studio is reached by https the name has the prefix ``__Host-``: browsers then take the cookie from the studio
itself only, not from a neighbour under the same domain (RFC 6265bis, 4.1.3.2).
"""

from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

NAME = "matteloop"


class Cookie:
    """One cookie of the studio. name: without the prefix."""

    def __init__(self, name: str = NAME) -> None:
        self._name = name

    def read(self, scope: Scope) -> str | None:
        """What the browser sends; under the other name nothing counts, whoever has put it there."""
        wanted = self._name_for(scope)
        for header, value in scope["headers"]:
            if header == b"cookie" and (found := cookie_parser(value.decode("latin-1")).get(wanted)):
                return found
        return None

    def give(self, response: Response, scope: Scope, value: str, *, seconds: int) -> None:
        """Have the browser keep `value` for so long."""
        response.set_cookie(
            self._name_for(scope),
            value,
            max_age=seconds,
            path="/",
            secure=is_encrypted(scope),
            httponly=True,
            samesite="lax",
        )

    def take_back(self, response: Response, scope: Scope) -> None:
        response.delete_cookie(
            self._name_for(scope), path="/", secure=is_encrypted(scope), httponly=True, samesite="lax"
        )

    def _name_for(self, scope: Scope) -> str:
        return f"__Host-{self._name}" if is_encrypted(scope) else self._name


def is_encrypted(scope: Scope) -> bool:
    """Whether the browser speaks https, with us or with a proxy before us."""
    public_url: str = scope["app"].state.studio.settings.public_url
    return public_url.startswith("https://") or scope["scheme"] in ("https", "wss")
