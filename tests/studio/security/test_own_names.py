import pytest

from studio.security.own_names import THIS_COMPUTER, OwnNames

PUBLIC = OwnNames(literal=True, public="https://matte.example.com")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "[::1]:7860", "192.168.1.20:7860", "[2001:db8::1]"])
def test_a_studio_with_accounts_answers_under_any_literal_address(host):
    assert PUBLIC.answers_to(host)
    assert OwnNames(literal=True).answers_to(host)


@pytest.mark.parametrize("host", ["matte.example.com", "MATTE.example.com:443", "matte.example.com:8443"])
def test_and_under_its_public_name(host):
    assert PUBLIC.answers_to(host)
    assert not OwnNames(literal=True).answers_to(host)
    assert not THIS_COMPUTER.answers_to(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "matte.example.com.evil.example", "192.168.1.20.evil.example", "matte", "[", "1.2.3"]
)
def test_any_other_name_could_be_a_rebound_one(host):
    assert not PUBLIC.answers_to(host)


def test_without_accounts_only_this_computers_own_addresses_count():
    assert THIS_COMPUTER.answers_to("127.0.0.1:7860")
    assert not THIS_COMPUTER.answers_to("192.168.1.20:7860")


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("https://matte.example.com", "matte.example.com", True),
        ("https://matte.example.com", "127.0.0.1:7860", True),  # a proxy that asks by its own name for us
        ("http://matte.example.com", "matte.example.com", False),  # a page that somebody on the way has changed
        ("https://matte.example.com:8443", "matte.example.com:8443", False),
        ("https://evil.example", "matte.example.com", False),
        ("https://evil.example", "127.0.0.1:7860", False),
        ("http://192.168.1.20:7860", "192.168.1.20:7860", True),
        ("http://192.168.1.21:7860", "192.168.1.20:7860", False),
        ("null", "matte.example.com", False),
        ("", "matte.example.com", False),
    ],
)
def test_a_page_is_ours_if_it_came_from_where_the_studio_is(origin, host, own):
    assert PUBLIC.is_own(origin, host=host) is own
