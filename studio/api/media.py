"""What comes as bytes, by its kind: so that the API's description (openapi.py) says so."""

from typing import Any

from starlette.responses import Response, StreamingResponse


class Png(Response):
    media_type = "image/png"


class Jpeg(Response):
    media_type = "image/jpeg"


class Bytes(Response):
    media_type = "application/octet-stream"


class Markdown(Response):
    media_type = "text/markdown"


class Csv(Response):
    media_type = "text/csv"


class Html(Response):
    media_type = "text/html"


class Pdf(Response):
    media_type = "application/pdf"


class Text(Response):
    media_type = "text/plain"


class Zip(StreamingResponse):
    media_type = "application/zip"


BINARY = frozenset(kind.media_type for kind in (Png, Jpeg, Bytes, Pdf, Zip))
"""Of these, no text is to be expected."""

Described = dict[int | str, dict[str, Any]]
"""Answers of a route besides its usual one, by their status."""

_FILES: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
    "required": ["file"],
}
_MULTIPART: dict[str, Any] = {"multipart/form-data": {"schema": _FILES}}
_BYTES: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}

MULTIPART: dict[str, Any] = {"requestBody": {"required": True, "content": _MULTIPART}}
MULTIPART_OR_BYTES: dict[str, Any] = {"requestBody": {"required": True, "content": {**_MULTIPART, **_BYTES}}}
"""Of routes that read an upload themselves, once they know that its sender may send one."""

_PICTURE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PICTURE_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"image/png": _PICTURE, "application/octet-stream": _PICTURE}}
}
"""Of routes that take one picture as it is."""
