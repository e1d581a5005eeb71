"""What a form of the sign-in sends."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

LARGEST = 16_384  # bytes; the longest password, in a script of four bytes and percent signs, takes 2400
MOST_FIELDS = 20


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form by their names, the last one where a name comes twice. Nothing is kept of a large one."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        return dict(
            parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        )
    except ValueError as error:  # no UTF-8, or too many fields: none of our forms
        raise HTTPException(422) from error


Form = Annotated[Mapping[str, str], Depends(read_form)]
