from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.sign_in.next_page import START, by_way_of_sign_in, own_page

HERE = "https://matte.example.com"


def as_a_browser_goes(location):
    """Where the WHATWG's rules lead: white space at the ends and all tabs and line feeds fall away, \\ is /."""
    location = "".join(letter for letter in location.strip("".join(map(chr, range(33)))) if letter not in "\t\r\n")
    return urlsplit(urljoin(f"{HERE}/sign-in", location.replace("\\", "/")))


@pytest.mark.parametrize(
    "wanted",
    ["/", "/correct", "/correct?image=7&x=%2F", "/learn#run", "/a/b//c", "/写真", "/@evil.example", "/%5Cevil"],
)
def test_a_path_here_is_gone_to(wanted):
    assert own_page(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "correct",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /correct",
        "/cor rect",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/" + "x" * 2000,
        "/sign-in",
        "/sign-in?next=/sign-in",
        "/sign-out",
        "/join/abc",
    ],
)
def test_anything_else_leads_to_the_start(wanted):
    assert own_page(wanted) == START


@given(st.text(max_size=40) | st.from_regex(r"[/\\@:.\t\r\n a-z?#%]{0,20}", fullmatch=True))
@example("/\\/evil.example")
@example("/ /evil.example")
@example("/\x00/evil.example")
@example("/\x0b/evil.example")
def test_whatever_is_wanted_a_browser_stays_here(wanted):
    there = as_a_browser_goes(own_page(wanted))
    assert f"{there.scheme}://{there.netloc}" == HERE
    assert own_page(own_page(wanted)) == own_page(wanted)


@pytest.mark.parametrize(
    ("path", "query", "wanted"),
    [
        ("/correct", b"", "/correct"),
        ("/correct", b"image=7&project=2", "/correct?image=7&project=2"),
        ("/写真", b"", "/%E5%86%99%E7%9C%9F"),
        ("/a b", b"", "/a%20b"),
    ],
)
def test_the_sign_in_leads_on_to_what_was_asked_for(path, query, wanted):
    address = urlsplit(by_way_of_sign_in({"path": path, "query_string": query}))
    assert address.path == "/sign-in"
    assert parse_qs(address.query)["next"] == [wanted]


@pytest.mark.parametrize("path", ["/", "//evil.example", "/sign-in"])
def test_the_start_needs_no_mention_and_what_leads_elsewhere_gets_none(path):
    assert by_way_of_sign_in({"path": path, "query_string": b""}) == "/sign-in"
