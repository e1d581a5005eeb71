import re
from pathlib import Path

import pytest

import studio.sign_in
from annotation_store import clock
from annotation_store.errors import (
    AccountLockedError,
    InvalidNameError,
    InvalidPasswordError,
    InvalidTokenError,
    LinkSpentError,
    NameTakenError,
    NotFoundError,
    SignInRefusedError,
    StoreError,
    TokenGoneError,
    UnknownIdentityError,
)
from annotation_store.kinds import Role
from annotation_store.people.roles import Ability
from studio.i18n import LANGUAGES, Words, texts
from studio.sign_in import account_page
from studio.sign_in.errors import IdentityProviderError, TooManyTriesError, UnequalPasswordsError, WrongCurrentError
from studio.sign_in.rendering import FACE, in_words

SOURCES = [
    path.read_text(encoding="utf-8")
    for path in Path(studio.sign_in.__file__).parent.rglob("*")
    if path.suffix in (".py", ".html")
]
ERRORS = [
    SignInRefusedError(),
    UnknownIdentityError(),
    AccountLockedError(clock.utc_now()),
    LinkSpentError(),
    NotFoundError(""),
    TooManyTriesError(7),
    UnequalPasswordsError(),
    WrongCurrentError(),
    IdentityProviderError("the reason"),
    *(InvalidNameError(rule, "") for rule in ("name", "reserved", "shown")),
    *(NameTakenError(rule, "") for rule in ("name", "email")),
    TokenGoneError(),
    *(InvalidTokenError(rule, "") for rule in ("name", "scopes", "beyond", "days", "room")),
    *(InvalidPasswordError(rule, "") for rule in ("short", "long", "name")),
]
"""Everything that can be refused on these pages; the rule of an address is the admin's."""
SERIES = {"role_": list(Role), "done_": [*account_page.DONE, "everywhere"], "scope_": list(Ability)}


def keys_of_refusals():
    asked = []

    class Listening(Words):
        def __call__(self, key, **values):
            asked.append(key)
            return super().__call__(key, **values)

    for error in ERRORS:
        in_words(error, Listening("en", face=FACE), provider="")
    return set(asked)


def test_every_key_that_is_asked_for_exists_and_none_is_left_over():
    asked = set(re.findall(r'\bsay\("(\w+)"(?! ~)', "\n".join(SOURCES)))
    made = {beginning + ending for beginning, endings in SERIES.items() for ending in endings}
    assert set(re.findall(r'\bsay\("(\w+)" ~', "\n".join(SOURCES))) == set(SERIES)
    assert asked | made | keys_of_refusals() == set(texts("en", FACE))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_refusal_is_said_in_the_readers_language(language, error):
    sentence = in_words(error, Words(language, face=FACE), provider="Example ID")
    assert sentence
    assert ("{" in sentence, "the reason" in sentence) == (False, False)
    assert (re.search("[ぁ-ん]", sentence) is not None) == (language == "ja")


def test_an_error_that_nobody_thought_of_is_said_in_english():
    assert in_words(StoreError("The store is busy."), Words("ja", face=FACE), provider="") == "The store is busy."
