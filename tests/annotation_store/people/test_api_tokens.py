import pytest
from sqlalchemy import event, select

from annotation_store import schema
from annotation_store.errors import InvalidTokenError, NotFoundError, SignInRefusedError, TokenGoneError
from annotation_store.events import recent_events
from annotation_store.kinds import Role
from annotation_store.people import accounts, api_tokens
from annotation_store.people.api_tokens import MOST_TOKENS, create_token, list_tokens, look_up, note_used, revoke_token
from annotation_store.people.roles import Ability
from annotation_store.people.tokens import hash_of

LOOK = (Ability.LOOK,)


@pytest.fixture
def keiko(enrol):
    return enrol("keiko", Role.REVIEWER)


def make(store, person, *, name="intake", scopes=LOOK, days=None):
    return create_token(store, person.id, name=name, scopes=scopes, days=days, by="keiko")


def test_a_token_tells_for_whom_it_acts_and_what_it_may_do(store, keiko):
    token, secret = make(store, keiko, scopes=(Ability.REVIEW, Ability.LOOK))
    assert secret.startswith("mloop_")
    found = look_up(store, secret)
    assert (found.person, found.project_ids, found.token) == (keiko, {1}, token)
    assert found.scopes == {Ability.LOOK, Ability.REVIEW}
    assert token.scopes == ["look", "review"]
    assert recent_events(store, 1)[0].action == "api_token.created"


def test_the_store_keeps_only_the_hash_of_the_secret(store, keiko):
    _, secret = make(store, keiko)
    with store.database.read() as session:
        assert session.scalar(select(schema.ApiToken.token_hash)) == hash_of(secret)
    assert all(secret not in str(each) for each in recent_events(store))


def test_looking_up_is_one_query(store, keiko):
    _, secret = make(store, keiko)
    asked = []
    engine = store.database._store_engine.reading
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert look_up(store, secret) is not None
    assert len([query for query in asked if query.lstrip().upper().startswith("SELECT")]) == 1


@pytest.mark.parametrize("secret", ["", "mloop_", "mloop_x", "é\udc80", "' OR 1=1 --", "mloop_" + "a" * 5000])
def test_a_made_up_token_is_nobodys(store, keiko, secret):
    make(store, keiko)
    assert look_up(store, secret) is None


def test_a_revoked_token_is_nobodys_and_is_revoked_once(store, keiko):
    token, secret = make(store, keiko)
    _, other = make(store, keiko)
    revoke_token(store, keiko.id, token.id, by="keiko")
    assert look_up(store, secret) is None
    assert look_up(store, other) is not None
    assert recent_events(store, 1)[0].action == "api_token.revoked"
    with pytest.raises(TokenGoneError):
        revoke_token(store, keiko.id, token.id, by="keiko")


def test_nobody_revokes_the_token_of_somebody_else(store, keiko, enrol):
    token, secret = make(store, keiko)
    with pytest.raises(TokenGoneError):
        revoke_token(store, enrol("aiko").id, token.id, by="aiko")
    assert look_up(store, secret) is not None


def test_a_token_ends_after_its_days(store, keiko, standing_clock):
    _, secret = make(store, keiko, days=2)
    _, endless = make(store, keiko)
    standing_clock.pass_by(days=1, hours=23)
    assert look_up(store, secret) is not None
    standing_clock.pass_by(hours=1)
    assert look_up(store, secret) is None
    assert look_up(store, endless) is not None
    assert len(list_tokens(store, keiko.id)) == 1


def test_shutting_somebody_out_ends_their_tokens_for_good(store, keiko):
    _, secret = make(store, keiko)
    accounts.disable(store, keiko.id, by="ren")
    assert look_up(store, secret) is None
    with pytest.raises(SignInRefusedError):
        make(store, keiko)
    accounts.enable(store, keiko.id, by="ren")
    assert look_up(store, secret) is None


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"scopes": ()}, "scopes"),
        ({"scopes": (Ability.LOOK, Ability.LEAD)}, "beyond"),
        ({"days": 0}, "days"),
        ({"days": 3651}, "days"),
    ],
)
def test_what_no_token_can_be_is_refused_by_its_rule(store, keiko, wrong, rule):
    with pytest.raises(InvalidTokenError) as caught:
        make(store, keiko, **wrong)
    assert caught.value.rule == rule
    assert list_tokens(store, keiko.id) == ()


def test_nobody_has_any_number_of_tokens(store, keiko):
    tokens = [make(store, keiko)[0] for _ in range(MOST_TOKENS)]
    with pytest.raises(InvalidTokenError, match="at most 50"):
        make(store, keiko)
    revoke_token(store, keiko.id, tokens[0].id, by="keiko")
    make(store, keiko)


def test_nobody_has_no_token(store):
    with pytest.raises(NotFoundError):
        create_token(store, 999, name="x", scopes=LOOK, by="ren")


def test_its_use_is_noted_at_most_once_a_minute(store, keiko, standing_clock):
    _, secret = make(store, keiko)
    seen = []
    for seconds in (0, 30, 30):
        standing_clock.pass_by(seconds=seconds)
        token = look_up(store, secret).token
        seen.append(api_tokens.is_worth_noting(token))
        note_used(store, token)
    assert seen == [True, False, True]
    assert look_up(store, secret).token.used_at == standing_clock()


def test_scopes_beyond_the_role_are_kept_for_when_the_role_has_them(store, keiko):
    _, secret = make(store, keiko, scopes=(Ability.LOOK, Ability.REVIEW))
    accounts.change_role(store, keiko.id, Role.OPERATOR, by="ren")
    found = look_up(store, secret)
    assert (found.person.role, found.scopes) == (Role.OPERATOR, {Ability.LOOK, Ability.REVIEW})
