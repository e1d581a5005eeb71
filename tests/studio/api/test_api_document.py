"""docs/api.md says what the API does."""

import re
from pathlib import Path

from fastapi.routing import APIRoute, iter_route_contexts

from annotation_store.people.roles import Ability
from studio.api.errors import STATUS, code_of
from studio.web import api_router

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def told():
    """Every code of the table of problems, with its status."""
    return {code: int(status) for status, code in re.findall(r"^\| (\d{3}) \| `(\w+)` \|", DOCUMENT, re.M)}


def said_in_the_program():
    """Codes that are written out where something is refused."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "studio").rglob("*.py")]
    return set(re.findall(r'code="(\w+)"', "\n".join(sources))) - {"not_your_session"}  # of Gradio's routes


def test_every_error_on_purpose_is_told_with_its_status():
    ours = {code_of(kind.__new__(kind)): status for kind, status in STATUS.items()}
    assert {code: told().get(code) for code in ours} == ours


def test_every_code_of_the_layers_in_front_is_told():
    assert said_in_the_program() <= set(told())


def test_nothing_is_told_that_there_is_not():
    others = {"bad_request", "unexpected"}
    ours = {code_of(kind.__new__(kind)) for kind in STATUS}
    assert set(told()) <= ours | said_in_the_program() | others


def test_every_scope_is_explained():
    assert re.findall(r"^\| `(\w+)` \| [^|`]+\|$", DOCUMENT, re.M)[: len(Ability)] == [each.value for each in Ability]


def test_every_list_is_told_with_what_it_goes_on_by():
    paged = set()
    for context in iter_route_contexts(api_router().routes):
        route = context.original_route
        if isinstance(route, APIRoute) and "limit" in {each.name for each in route.dependant.query_params}:
            (way,) = {"before", "after"} & {each.name for each in route.dependant.query_params}
            paged.add((re.sub(r"{\w+}", "ID", route.path), way))
    rows = re.findall(r"^\| `(/[\w/-]+)` \| [^|]+ \| `\w+` \| `(\w+)` \|$", DOCUMENT, re.M)
    assert set(rows) == paged


def test_every_route_stands_in_the_table_of_the_architecture():
    missing = []
    for context in iter_route_contexts(api_router().routes):
        route = context.original_route
        assert isinstance(route, APIRoute)
        last = route.path.rsplit("/", 1)[-1]
        if last.strip("{}") not in ARCHITECTURE and not last.startswith("{"):
            missing.append(route.path)
    assert missing == []
