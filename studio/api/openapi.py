"""The API's description of itself (OpenAPI 3.1), for whoever may look: by it clients are made and tested."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts

from annotation_store.people.roles import Ability
from studio.api.authorisation import ability_needed, needs
from studio.api.media import BINARY
from studio.problems import MEDIA_TYPE

router = APIRouter(tags=["description"])

VERSION = "1"
BEARER = "token"
_CHANGING = ("post", "put", "patch", "delete")

PROBLEMS: Mapping[int, str] = {
    400: "The request cannot be read, or its Idempotency-Key is none.",
    401: "Nobody has signed in, or the token is no good.",
    403: "Whoever asks may not do this.",
    404: "There is no such thing, or not for whoever asks.",
    408: "The body came too slowly.",
    409: "What is there does not allow it, or has changed meanwhile.",
    411: "An upload or a picture with an Idempotency-Key does not say its length.",
    413: "The body is too large.",
    422: "What was sent does not make sense here; the detail says what.",
    429: "Too many bad tokens from one address.",
    500: "Something went wrong that nobody foresaw.",
    503: "The store cannot be used now: the same may be sent again.",
    507: "There is no room on the disk: the same may be sent again.",
}
"""Every status of a refusal, of any route."""

_ONLY_CHANGING = frozenset({408, 411, 413, 507})
_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457). `code` names its kind; docs/api.md lists them.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "position": {"type": "integer", "description": "Of a conflict: how many entries the newest edit log holds."},
        "request_id": {"type": ["string", "null"], "description": "Of what nobody foresaw: where the log tells of it."},
    },
}
_KEY: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the same request is carried out once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
}
_INTRODUCTION = "What the studio's own editor uses, and scripts. docs/api.md of the source explains it."


@router.get("/openapi.json", response_class=JSONResponse, responses={200: {"content": {"application/json": {}}}})
@needs(Ability.LOOK)
def read_description(request: Request) -> JSONResponse:
    """This description."""
    app: FastAPI = request.app
    if not hasattr(app.state, "description"):
        app.state.description = description_of(app.state.api)
    return JSONResponse(app.state.description)


def description_of(api: APIRouter) -> dict[str, Any]:
    """The OpenAPI document of the routes in `api`."""
    document = get_openapi(title="Matteloop", version=VERSION, description=_INTRODUCTION, routes=api.routes)
    abilities = {route.name: ability_needed(route.endpoint) for route in _routes(api)}
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = dict(_PROBLEM)
    components["securitySchemes"] = {BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "mloop_…"}}
    document["security"] = [{BEARER: []}]
    for method, operation in _operations(document):
        operation["x-ability"] = str(abilities[operation["operationId"]])
        _tell_problems(method, operation)
        _tell_bytes(operation)
        if method in _CHANGING:
            operation.setdefault("parameters", []).append(dict(_KEY))
    return document


def _routes(api: APIRouter) -> Iterator[APIRoute]:
    for context in iter_route_contexts(api.routes):
        if isinstance(context.original_route, APIRoute):
            yield context.original_route


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from path.items()


def _tell_problems(method: str, operation: dict[str, Any]) -> None:
    for status, words in PROBLEMS.items():
        if status in _ONLY_CHANGING and method not in _CHANGING:
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        operation["responses"][str(status)] = {"description": words, "content": {MEDIA_TYPE: {"schema": schema}}}


def _tell_bytes(operation: dict[str, Any]) -> None:
    """What is bytes is no text, and comes with the kind that it is of alone."""
    for status, answer in operation["responses"].items():
        for kind, told in answer.get("content", {}).items():
            if kind in BINARY:
                told["schema"] = {"type": "string", "format": "binary"}
        if status == "200" and _is_list(operation):
            answer["headers"] = {
                "Link": {"description": "Where the next page lies, with rel=next.", "schema": {"type": "string"}}
            }


def _is_list(operation: dict[str, Any]) -> bool:
    return any(each["name"] == "limit" for each in operation.get("parameters", ()))
