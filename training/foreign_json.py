"""JSON that comes in from elsewhere: bounded, without numbers that are none and signs that no database keeps."""

import json
import math
from typing import NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from matting_core.errors import MattingError

FIRST_COMPLAINTS = 5

Model = TypeVar("Model", bound=BaseModel)


class ForeignJsonError(MattingError):
    """A card or a manifest that cannot be read, or that says what none can."""


def parse_json(kind: type[Model], data: bytes, *, called: str) -> Model:
    """The text as a `kind`. called: how an error names it. Raises ForeignJsonError, which says what is wrong."""
    try:
        plain = json.loads(data, parse_constant=_no_number, parse_float=_finite)
        text = json.dumps(plain, ensure_ascii=False)
        if _holds_nul(plain):
            raise ForeignJsonError(f"{called} holds the invisible character NUL, which cannot be kept: remove it")
        return kind.model_validate_json(text.encode())
    except ValidationError as error:
        complaints = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg'][:200]}"
            for fault in error.errors()[:FIRST_COMPLAINTS]
        )
        raise ForeignJsonError(f"{called} cannot be used: {complaints}") from error
    except (ValueError, RecursionError) as error:  # also UnicodeError, of bytes and of half a character
        raise ForeignJsonError(f"{called} is no JSON that can be read ({error})") from error


def _holds_nul(value: object) -> bool:
    """In a text or the name of a field; the text ``\\u0000``, six characters, is none."""
    match value:
        case str():
            return "\0" in value
        case list():
            return any(map(_holds_nul, value))
        case dict():
            return any(_holds_nul(name) or _holds_nul(inner) for name, inner in value.items())
    return False


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text} is too large a number")
    return number
