import pytest

from annotation_store.people.roles import Ability
from studio.api.media import BINARY
from studio.api.openapi import PROBLEMS, description_of
from studio.web import api_router

DOCUMENT = description_of(api_router())
OPERATIONS = [
    pytest.param(method, path, operation, id=operation["operationId"])
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
FREE_FORM = ("/api/v1/openapi.json", "/api/v1/models/{name}", "/api/v1/exports/{export_id}/manifest")
"""Documents of their own, which are handed on as they lie there."""

each = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)


def test_it_is_served_to_whoever_may_look_and_to_nobody_else(client, come_as):
    answer = client.get("/api/v1/openapi.json")
    assert answer.json() == DOCUMENT
    assert answer.headers["content-type"] == "application/json"
    come_as(None)
    assert client.get("/api/v1/openapi.json").status_code == 401


def test_no_two_operations_have_one_name():
    names = [operation.values[2]["operationId"] for operation in OPERATIONS]
    assert len(set(names)) == len(names) >= 69
    assert all(name.isidentifier() for name in names)


@each
def test_an_operation_says_what_it_does_and_who_may(method, path, operation):
    assert operation["summary"]
    assert operation["description"].rstrip().endswith((".", "…", "RFC"))
    assert operation["tags"]
    assert operation["x-ability"] in set(Ability)


@each
def test_an_operation_says_what_it_answers(method, path, operation):
    (usual,) = (status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][usual].get("content", {})
    if usual == "204":
        assert not content
        return
    for kind, told in content.items():
        if kind in BINARY:
            assert told["schema"] == {"type": "string", "format": "binary"}
        elif kind == "application/json" and path not in FREE_FORM:
            assert told["schema"]
    assert content


BY_ENDING = {
    "/report.html": "text/html",
    "/report.pdf": "application/pdf",
    "/download": "application/zip",
    "/photo": "image/jpeg",
    "/thumbnail": "image/jpeg",
    "/trimap": "image/png",
    "/alpha": "image/png",
    "/difference": "image/png",
    "/picture": "image/png",
    ".zip": "application/zip",
    ".onnx": "application/octet-stream",
    ".safetensors": "application/octet-stream",
    "/original": "application/octet-stream",
    "}/left": "image/jpeg",
    "}/right": "image/jpeg",
    ".csv": "text/csv",
    ".md": "text/markdown",
    "/log": "text/plain",
}


@each
def test_bytes_are_told_by_their_kind(method, path, operation):
    kind = next((kind for ending, kind in BY_ENDING.items() if path.endswith(ending)), "application/json")
    usual = next(status for status in operation["responses"] if status.startswith("2"))
    if method == "get":
        assert list(operation["responses"][usual]["content"]) == [kind]


@each
def test_an_operation_tells_its_refusals_in_one_form(method, path, operation):
    told = {int(status) for status in operation["responses"] if status >= "400"}
    assert {400, 401, 403, 404, 409, 422, 500, 503} <= told <= set(PROBLEMS)
    for status in told:
        assert list(operation["responses"][str(status)]["content"]) == ["application/problem+json"]


@each
def test_what_changes_something_takes_a_key(method, path, operation):
    keys = [each for each in operation.get("parameters", ()) if each["name"] == "Idempotency-Key"]
    assert len(keys) == (0 if method == "get" else 1)


def test_a_script_comes_in_by_a_bearer_token():
    assert DOCUMENT["security"] == [{"token": []}]
    assert DOCUMENT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
