from types import SimpleNamespace

import pytest
from starlette.responses import Response

from studio.sign_in.cookies import Cookie, is_encrypted


def scope(*, scheme="http", public_url="", cookie=None):
    settings = SimpleNamespace(public_url=public_url)
    app = SimpleNamespace(state=SimpleNamespace(studio=SimpleNamespace(settings=settings)))
    headers = [] if cookie is None else [(b"cookie", cookie.encode("latin-1"))]
    return {"type": "http", "scheme": scheme, "app": app, "headers": headers}


def given(**of_scope):
    response = Response()
    Cookie().give(response, scope(**of_scope), "secret", seconds=60)
    value, *attributes = response.headers["set-cookie"].split("; ")
    return value, {attribute.lower() for attribute in attributes}


def test_over_http_the_cookie_is_for_this_site_and_no_script():
    assert given() == ("matteloop=secret", {"httponly", "max-age=60", "path=/", "samesite=lax"})


@pytest.mark.parametrize("encrypted", [{"scheme": "https"}, {"public_url": "https://matte.example.com"}])
def test_over_https_it_is_bound_to_this_host(encrypted):
    value, attributes = given(**encrypted)
    assert value == "__Host-matteloop=secret"
    assert attributes == {"httponly", "max-age=60", "path=/", "samesite=lax", "secure"}
    assert not any(attribute.startswith("domain") for attribute in attributes)


def test_a_public_address_without_encryption_has_a_plain_cookie():
    assert not is_encrypted(scope(public_url="http://matte.local"))


@pytest.mark.parametrize(
    ("encrypted", "sent", "read"),
    [
        (False, "matteloop=a", "a"),
        (False, "other=1; matteloop=a; more=2", "a"),
        (True, "__Host-matteloop=a", "a"),
        (True, "matteloop=planted-by-a-neighbour", None),
        (True, "matteloop=planted; __Host-matteloop=a", "a"),
        (False, "__Host-matteloop=a", None),
        (False, "matteloop=", None),
        (False, "Matteloop=a", None),
        (False, None, None),
    ],
)
def test_only_the_cookie_of_the_right_name_counts(encrypted, sent, read):
    assert Cookie().read(scope(scheme="https" if encrypted else "http", cookie=sent)) == read


def test_a_cookie_that_is_taken_back_is_over_at_once():
    response = Response()
    Cookie().take_back(response, scope(scheme="https"))
    header = response.headers["set-cookie"].lower()
    assert header.startswith('__host-matteloop="";')
    assert {"max-age=0", "path=/", "secure", "httponly"} <= set(header.split("; "))
