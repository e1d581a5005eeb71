import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.sign_in.forms import LARGEST, Form


@pytest.fixture
def client():
    app = FastAPI()

    @app.post("/")
    def echo(form: Form):
        return form

    return TestClient(app)


def test_fields_come_by_their_names_with_every_letter(client):
    fields = {"name": "keiko", "password": " 合言葉 & more + = % ", "empty": ""}
    assert client.post("/", data=fields).json() == fields


@pytest.mark.parametrize("body", [b"", b"&&&", b"no-equals-sign"])
def test_what_is_no_field_is_left_out(client, body):
    assert set(client.post("/", content=body).json()) <= {"no-equals-sign"}


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"a=" + b"x" * LARGEST, 413), (b"a=%ff%fe", 422), (b"\xff=1", 422), (b"&".join([b"a=1"] * 30), 422)],
)
def test_what_none_of_our_forms_sends_is_refused(client, body, status):
    assert client.post("/", content=body).status_code == status
