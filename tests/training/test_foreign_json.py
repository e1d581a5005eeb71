import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from training.foreign_json import ForeignJsonError, parse_json


class Anything(BaseModel):
    value: dict[str, object]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc"), JSON, max_size=4))
def test_sound_json_comes_through_as_it_is(value):
    assert parse_json(Anything, json.dumps({"value": value}).encode(), called="it").value == value


def test_whoever_writes_about_nul_has_not_sent_one():
    value = {"\\u0000": ["\\u0000", "\\\\u0000"]}
    assert parse_json(Anything, json.dumps({"value": value}).encode(), called="it").value == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"value": {"a": NaN}}',
        b'{"value": {"a": Infinity}}',
        b'{"value": {"a": 1e999}}',
        b'{"value": {"a": "\\u0000"}}',
        b'{"value": {"a": "\\ud800"}}',
        b'{"value": ' + b'{"a":' * 100_000,
        b'{"value": 1' + b"0" * 100_000 + b"}",
        b'{"value": 7}',
    ],
)
def test_what_no_database_keeps_or_nobody_reads_is_refused(text):
    with pytest.raises(ForeignJsonError, match=r"^it "):
        parse_json(Anything, text, called="it")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words_or_read(data):
    with suppress(ForeignJsonError):
        assert isinstance(parse_json(Anything, data, called="it"), Anything)
