"""Pictures that never change under their name, kept by the browser but asked for each time.

The address of an image is not enough to know it by: after a change of the data folder another photo has it.
"""

from collections.abc import Callable

from fastapi import Request, Response

from studio.api.media import Described

UNCHANGED: Described = {304: {"description": "It is as the sender's If-None-Match says."}}


def unchanging(request: Request, name: str, make: Callable[[], bytes], *, media_type: str) -> Response:
    """The picture that `make` gives, unless the browser has one of this `name` (of blobs) already."""
    headers = {"Cache-Control": "private, no-cache", "ETag": f'"{name}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(make(), media_type=media_type, headers=headers)
