import pytest

from studio.addresses import is_literal, is_this_computer, name_in, origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://matte.example.com", "https://matte.example.com"),
        ("HTTPS://Matte.Example.com:443/", "https://matte.example.com"),
        ("http://matte.local:80", "http://matte.local"),
        ("https://matte.example.com:8443/", "https://matte.example.com:8443"),
        ("http://[2001:DB8::1]:7860", "http://[2001:db8::1]:7860"),
    ],
)
def test_an_address_becomes_what_a_browser_sends_as_origin(url, origin):
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "matte.example.com",
        "ftp://matte.example.com",
        "https://",
        "https://matte.example.com/studio",
        "https://u:p@matte.example.com",
        "https://matte.example.com?x=1",
        "https://matte.example.com#x",
        "https://matte.example.com:x",
        "https://[",
    ],
)
def test_what_is_more_or_less_than_an_origin_is_none(url):
    assert origin_of(url) is None


def test_literal_addresses_and_names_are_told_apart():
    assert is_literal("192.168.1.20")
    assert is_literal("::1")
    assert not is_literal("localhost")
    assert not is_literal("1.2.3")


def test_this_computer_is_known():
    assert all(map(is_this_computer, ["localhost", "127.0.0.2", "::1"]))
    assert not any(map(is_this_computer, ["10.0.0.1", "localhost.example", "::", ""]))


@pytest.mark.parametrize(("host", "name"), [("A:1", "a"), ("[::1]:7860", "::1"), ("[", None), ("", None)])
def test_the_name_in_a_host_header(host, name):
    assert name_in(host) == name
