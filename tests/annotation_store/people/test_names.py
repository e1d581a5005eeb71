import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.errors import InvalidNameError
from annotation_store.people.names import RESERVED, check_display_name, check_email, check_name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("keiko", "keiko"), (" Keiko ", "keiko"), ("K.Tanaka_2-b", "k.tanaka_2-b"), ("ab", "ab"), ("a" * 40, "a" * 40)],
)
def test_a_name_is_stored_in_lower_case(typed, stored):
    assert check_name(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "a", "a" * 41, "two words", "ключ", "恵子", "a/b", "a@b", "..", "-_", "a\nb", "ａｂ", "K\u0130"]
)
def test_what_cannot_be_a_name_is_refused_with_the_rule(typed):
    with pytest.raises(InvalidNameError, match="2 to 40 characters"):
        check_name(typed)


@pytest.mark.parametrize("typed", ["studio", "Training", *sorted(RESERVED)])
def test_nobody_signs_as_the_program(typed):
    with pytest.raises(InvalidNameError, match="stands for the studio"):
        check_name(typed)


@given(st.text(max_size=60))
def test_a_stored_name_is_plain_and_stays_as_it_is(typed):
    try:
        name = check_name(typed)
    except InvalidNameError:
        return
    assert name.isascii()
    assert name == name.lower()
    assert not set(name) & set("/\\ <>&\"'@\n")
    assert check_name(name) == name


@pytest.mark.parametrize(("typed", "stored"), [("田中 恵子", "田中 恵子"), ("  Keiko\n Tanaka ", "Keiko Tanaka")])
def test_the_name_that_is_shown_may_be_in_any_script(typed, stored):
    assert check_display_name(typed) == stored


@pytest.mark.parametrize("typed", ["", "   ", "x" * 81, "Kei\u202eko", "Kei\x00ko"])
def test_a_name_that_nobody_could_read_is_refused(typed):
    with pytest.raises(InvalidNameError, match="1 to 80 characters"):
        check_display_name(typed)


def test_an_address_is_stored_in_lower_case():
    assert check_email(" Keiko@Example.COM ") == "keiko@example.com"


@pytest.mark.parametrize("typed", ["", "keiko", "@example.com", "keiko@", "a b@example.com", "a@b@c", "a@b,c", "<a@b>"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(InvalidNameError, match="no e-mail address"):
        check_email(typed)
