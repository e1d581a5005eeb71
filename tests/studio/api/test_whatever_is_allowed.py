"""The whole API, asked what its own description allows and what it does not: nothing falls, every answer is told of.

By schemathesis, in-process, in a studio without accounts (so everybody is let in; who may do what is walked in
test_authorisation.py). Left out, with reasons, is what `LEFT_OUT` says and nothing else.
"""

from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from small_images import BlurredTrimap, approve, draft, submit
from starlette.testclient import TestClient

from annotation_store import notes
from annotation_store.learning import training_runs, what_serves
from studio.api.openapi import description_of
from studio.device.live_model import LiveModel
from studio.settings import Settings
from studio.studio import open_studio
from studio.web import api_router, create_app

SCHEMA = schemathesis.openapi.from_dict(description_of(api_router()))
OPERATIONS = {result.ok().definition.raw["operationId"]: result.ok() for result in SCHEMA.get_all_operations()}
LEFT_OUT = {
    "download_onnx": "writes a network for another engine, which takes seconds each time",
}
DECISIONS = {"approve_image", "approve_in_bulk", "request_draft", "skip_image", "submit_image"}
"""They come last: what is decided is closed for most of the others."""

IN_ORDER = sorted(set(OPERATIONS) - set(LEFT_OUT), key=lambda name: (name in DECISIONS, name))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 8
"""Of each operation, and as many again of what its description does not allow."""

SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
REQUEST = ("method", "url", "headers", "files", "data", "params", "json")
BRUSH = {"tool": "brush", "ink": "unknown", "radius": 20, "points": [[160, 160], [200, 200]]}
NUMBERS = st.one_of(st.integers(1, 6), st.none())
NAMES = st.sampled_from(["compact", "closed-form", None])


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """A studio with some tiny images in several states, a note, a training; and a client before it."""
    with pytest.MonkeyPatch.context() as patch:
        quick = BlurredTrimap()
        patch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), quick))
        patch.setattr(LiveModel, "_load", lambda *_: quick)
        patch.setattr(LiveModel, "warm_up", lambda *_: None)
        studio = open_studio(
            Settings(
                _env_file=None,
                data_dir=tmp_path_factory.mktemp("allowed") / "data",
                operator="keiko",
                device="cpu",
                threads=1,
            )
        )
        for seed in range(3):
            approve(studio.store, f"cup_{seed}.png", seed)
        submit(studio.store, "bag_1.png", 11)
        image = draft(studio.store, "hat_1.png", 12)
        notes.add_note(studio.store, image.id, x=1, y=1, text="look here", by="keiko")
        training_runs.request(studio.store, by="keiko")
        yield TestClient(create_app(studio), base_url="http://127.0.0.1", raise_server_exceptions=False)
        studio.close()


def test_what_is_left_out_exists():
    assert set(LEFT_OUT) < set(OPERATIONS)
    assert set(OPERATIONS) > DECISIONS


@pytest.mark.parametrize("name", IN_ORDER)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_nothing_falls_and_every_answer_is_told_of(api, name, mode):
    operation = OPERATIONS[name]
    if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
        pytest.skip("nothing that this operation takes can be wrong")

    @SETTINGS
    @given(case=operation.as_strategy(generation_mode=mode), number=NUMBERS, version=NAMES)
    def ask(case, number, version):
        for parameter in case.path_parameters or {}:
            known = version if parameter == "name" else number if parameter.endswith("_id") else None
            if known is not None and mode is GenerationMode.POSITIVE:
                case.path_parameters[parameter] = known  # else nearly all would be about what is not there
        if mode is GenerationMode.POSITIVE and number is not None and isinstance(case.body, dict):
            _make_sound(api, case, number)
        case.validate_response(_send(api, case), checks=CHECKS)

    ask()


def _make_sound(api, case, number):
    """What no description can tell: where the image stands, and an edit within its bounds."""
    document = api.get(f"/api/v1/images/{number}").json()
    if "revision" in case.body and "revision" in document:
        case.body |= {"revision": document["revision"], "position": document["position"]}
    if "edits" in case.body:
        case.body["edits"] = [{"key": uuid4().hex, "edit": BRUSH}]
    if "edit" in case.body:
        case.body["edit"] = BRUSH


def _can_be_wrong(operation):
    return bool(operation.body or operation.query or operation.path_parameters or operation.headers)


def _send(api, case):
    """Prepared by requests, for which schemathesis makes its parts."""
    arguments = case.as_transport_kwargs(base_url="http://127.0.0.1")
    prepared = requests.Request(**{name: value for name, value in arguments.items() if name in REQUEST}).prepare()
    headers = {
        name: value.encode("latin-1") if isinstance(value, str) else value for name, value in prepared.headers.items()
    }
    return api.request(prepared.method, prepared.url, content=prepared.body, headers=headers)
