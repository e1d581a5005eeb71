"""What a licence says about commercial use, as far as a table knows: SPDX identifiers, and words that forbid it.

A licence that the table does not know is unknown, never free. This is no legal advice.
"""

import re

PERMITTED = frozenset(
    """
    0bsd afl-3.0 agpl-3.0 agpl-3.0-only agpl-3.0-or-later apache-2.0 artistic-2.0 bsd-2-clause bsd-3-clause bsl-1.0
    cc-by cc-by-2.0 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0 cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0
    epl-2.0 gpl-2.0-only gpl-2.0-or-later gpl-3.0 gpl-3.0-only gpl-3.0-or-later isc lgpl-2.1-only lgpl-2.1-or-later
    lgpl-3.0-only lgpl-3.0-or-later mit mpl-2.0 ms-pl odbl-1.0 osl-3.0 pddl-1.0 pexels unlicense unsplash zlib
    """.split()  # noqa: SIM905  (forty quoted ones would be harder to read)
)
"""Identifiers of https://spdx.org/licenses, their usual short forms, and two photo sites whose terms allow it."""
OWN = "the studio's own"
"""Of what a studio has made or taken in itself: it knows its rights."""

_FORBIDDING = re.compile(
    r"\bcc[- ]by(-[a-z]+)*[- ]nc\b|\bnc[- ](sa|nd)\b|non[- ]?commercial|\bresearch\b|\bacademic\b|\bevaluation only\b"
    r"|\badobe\b|\bcomposition-1k\b|\bpolyform-noncommercial\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\s+and\s+|[,;]", re.IGNORECASE)
_ANY = re.compile(r"\s+or\s+|\s+/\s+", re.IGNORECASE)
_BESIDE = re.compile(r"\s+with\s+.*|\s*\([^()]*\)$", re.IGNORECASE)


def allows_commercial_use(licence: str) -> bool | None:
    """Whether `licence` allows commercial use; None where that is unknown.

    An SPDX identifier or expression, or words for people. Parts joined by ``AND``, a comma or a semicolon must all
    allow it, of those joined by ``OR`` or a slash one is enough. Expressions with brackets are not taken apart: they
    forbid it if any part does.
    """
    if "(" not in licence:
        parts = [part for part in _ALL.split(licence) if part.strip()]
        if len(parts) > 1:
            return _every([allows_commercial_use(part) for part in parts])
        choices = [choice for choice in _ANY.split(licence) if choice.strip()]
        if len(choices) > 1:
            return _some([allows_commercial_use(choice) for choice in choices])
    if _FORBIDDING.search(licence):
        return False
    name = _BESIDE.sub("", licence.strip()).lower().rstrip("+")
    return True if name == OWN or name.replace(" ", "-") in PERMITTED else None


def _every(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _some(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False
