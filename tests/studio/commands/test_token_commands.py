import json

import pytest
from small_accounts import CHEAP, enrol

from annotation_store.kinds import Role
from annotation_store.people import api_tokens, passwords
from annotation_store.people.roles import Ability


@pytest.fixture
def keiko(store, monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    return enrol(store, "keiko", Role.LEAD)


def test_a_token_is_printed_alone_and_works(run, store, keiko):
    result = run("users", "token", "keiko", "--scope", "look", "--scope", "lead", "--days", 30)
    assert result.exit_code == 0, result.output
    secret = result.stdout.strip()
    holder = api_tokens.look_up(store, secret)
    assert (holder.person, holder.scopes) == (keiko, {Ability.LOOK, Ability.LEAD})
    assert holder.token.expires_at is not None
    assert "for keiko" in result.stderr


def test_tokens_are_listed_without_their_secrets_and_revoked(run, store, keiko):
    secret = run("users", "token", "keiko", "--scope", "look", "--for", "nightly").stdout.strip()
    (told,) = json.loads(run("users", "tokens", "keiko", "--json").stdout)
    assert (told["for"], told["scopes"], told["used"], told["until"]) == ("nightly", ["look"], None, None)
    listed = run("users", "tokens", "keiko").output
    assert "nightly" in listed
    assert secret not in listed
    assert run("users", "revoke-token", "keiko", told["number"]).exit_code == 0
    assert api_tokens.look_up(store, secret) is None
    assert run("users", "revoke-token", "keiko", told["number"]).exit_code == 1


@pytest.mark.parametrize("arguments", [("aiko", "--scope", "look"), ("keiko", "--scope", "administer")])
def test_what_cannot_be_is_said_in_a_sentence(run, keiko, arguments):
    result = run("users", "token", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert result.stdout == ""
