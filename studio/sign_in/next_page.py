"""Where to go after signing in: a page of the studio's own, whatever the address bar says."""

import re
from urllib.parse import quote, urlencode

from starlette.types import Scope

START = "/"
LONGEST = 2000
_OWN = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")
"""Browsers drop tabs and line feeds, and take a backslash for a slash: any of them could turn a path into a host."""
_ROUND_TRIPS = re.compile(r"/(sign-in|sign-out|join|new-password)(/|\?|#|$)")


def own_page(wanted: str | None) -> str:
    """`wanted` if it is a path here, else the start."""
    if not wanted or len(wanted) > LONGEST or not _OWN.fullmatch(wanted) or _ROUND_TRIPS.match(wanted):
        return START
    return wanted


def by_way_of_sign_in(scope: Scope) -> str:
    """The address of the sign-in that leads on to the page which was asked for."""
    query = scope["query_string"].decode("latin-1")
    wanted = own_page(quote(scope["path"], safe="/~") + (f"?{query}" if query else ""))
    return "/sign-in" if wanted == START else f"/sign-in?{urlencode({'next': wanted})}"
