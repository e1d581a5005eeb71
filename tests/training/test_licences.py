import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.licences import OWN, PERMITTED, allows_commercial_use


@pytest.mark.parametrize(
    "licence",
    [
        "Apache-2.0",
        "apache-2.0",
        "MIT (PyMatting)",
        "CC BY 4.0",
        "OSL-3.0 / AFL-3.0",
        "MIT OR CC-BY-NC-4.0",
        "CC0, Unsplash, Pexels, CC BY",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        OWN,
        f"Apache-2.0; {OWN}",
    ],
)
def test_licences_that_allow_commercial_use(licence):
    assert allows_commercial_use(licence) is True


@pytest.mark.parametrize(
    "licence",
    [
        "CC-BY-NC-4.0",
        "CC BY-NC-SA 4.0",
        "cc-by-nc-nd-3.0",
        "MIT AND CC-BY-NC-4.0",
        "MIT; research only",
        "for non-commercial use",
        "Apache-2.0; trained on Composition-1k, which has terms of its own",
        "CC-BY-NC-4.0 OR research only",
        "(MIT OR Apache-2.0) AND CC-BY-NC-4.0",
    ],
)
def test_licences_that_forbid_it(licence):
    assert allows_commercial_use(licence) is False


@pytest.mark.parametrize("licence", ["", "unknown", "proprietary", "MIT AND my-own", "CC-BY-NC-4.0 OR ask", "(MIT)"])
def test_what_the_table_does_not_know_is_unknown(licence):
    assert allows_commercial_use(licence) is None


@given(st.sampled_from(sorted(PERMITTED)), st.text(max_size=20))
def test_no_addition_to_a_forbidding_licence_frees_it(permitted, text):
    assert allows_commercial_use(f"{permitted} AND CC-BY-NC-4.0") is False
    assert allows_commercial_use(f"CC-BY-NC-4.0 {text}") is not True or " or " in text.lower() or "/" in text
