import pytest
from sqlalchemy import event, func, select

from annotation_store import schema
from annotation_store.errors import NotFoundError, SignInRefusedError
from annotation_store.events import recent_events
from annotation_store.kinds import Role
from annotation_store.people import accounts
from annotation_store.people.sign_ins import (
    Lifetime,
    begin_sign_in,
    end_all_sign_ins,
    end_sign_in,
    is_worth_noting,
    list_sign_ins,
    look_up,
    note_seen,
)
from annotation_store.people.tokens import hash_of

DAY = Lifetime()


@pytest.fixture
def keiko(enrol):
    return enrol("keiko")


def begin(store, person, browser="Firefox"):
    return begin_sign_in(store, person.id, browser=browser, lifetime=DAY)


def test_the_secret_of_a_sign_in_tells_who_it_is_and_what_they_belong_to(store, keiko):
    sign_in, token = begin(store, keiko)
    found = look_up(store, token)
    assert (found.person, found.project_ids, found.sign_in) == (keiko, {1}, sign_in)
    accounts.set_projects(store, keiko.id, [], by="ren")
    accounts.change_role(store, keiko.id, Role.LEAD, by="ren")
    found = look_up(store, token)
    assert (found.person.role, found.project_ids) == (Role.LEAD, frozenset())


def test_the_store_keeps_only_the_hash_of_the_secret(store, keiko):
    _, token = begin(store, keiko)
    assert len(token) == 43
    store.database.close()
    assert not any(token.encode() in path.read_bytes() for path in store.folder.iterdir() if path.is_file())
    with store.database.read() as session:
        assert session.scalar(select(schema.SignIn.token_hash)) == hash_of(token)


def test_each_sign_in_has_a_secret_of_its_own_and_the_others_go_on(store, keiko):
    tokens = {begin(store, keiko)[1] for _ in range(3)}
    assert len(tokens) == 3
    assert all(look_up(store, token) for token in tokens)


@pytest.mark.parametrize("token", ["", "x", "é\udc80", "' OR 1=1 --", "a" * 5000])
def test_a_made_up_secret_is_nobody(store, keiko, token):
    begin(store, keiko)
    assert look_up(store, token) is None


def test_a_request_costs_one_query_and_writes_nothing(store, keiko):
    _, token = begin(store, keiko)
    statements = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    look_up(store, token)
    assert [text.split()[0] for text in statements if not text.startswith(("BEGIN", "ROLLBACK"))] == ["SELECT"]


def test_a_sign_in_that_is_not_used_ends_after_its_idle_time(store, keiko, standing_clock):
    _, token = begin(store, keiko)
    standing_clock.pass_by(hours=11, minutes=59)
    assert look_up(store, token)
    standing_clock.pass_by(minutes=1)
    assert look_up(store, token) is None


def test_a_sign_in_that_is_used_lives_on_but_no_longer_than_its_days(store, keiko, standing_clock):
    _, token = begin(store, keiko)
    for _ in range(16):
        standing_clock.pass_by(hours=10)
        note_seen(store, look_up(store, token).sign_in, DAY)
    standing_clock.pass_by(hours=7, minutes=59)
    assert look_up(store, token)
    standing_clock.pass_by(minutes=1)
    assert look_up(store, token) is None


def test_being_seen_is_noted_once_a_minute(store, keiko, standing_clock):
    begun, token = begin(store, keiko)
    standing_clock.pass_by(seconds=59)
    assert not is_worth_noting(begun)
    note_seen(store, begun, DAY)
    assert look_up(store, token).sign_in == begun
    standing_clock.pass_by(seconds=1)
    assert is_worth_noting(begun)
    note_seen(store, begun, DAY)
    assert look_up(store, token).sign_in.seen_at == standing_clock.now
    assert look_up(store, token).sign_in.expires_at == standing_clock.now + DAY.idle


def test_a_browser_that_was_signed_out_is_not_signed_in_again_by_being_seen(store, keiko, standing_clock):
    sign_in, token = begin(store, keiko)
    end_sign_in(store, keiko.id, sign_in.id, by="keiko")
    standing_clock.pass_by(minutes=5)
    note_seen(store, sign_in, DAY)
    assert look_up(store, token) is None


def test_a_person_ends_one_sign_in_of_theirs_and_nobody_elses(store, keiko, enrol):
    ren = enrol("ren")
    (first, first_token), (_, second_token) = begin(store, keiko), begin(store, keiko)
    with pytest.raises(NotFoundError, match="not signed in any more"):
        end_sign_in(store, ren.id, first.id, by="ren")
    assert look_up(store, first_token)
    end_sign_in(store, keiko.id, first.id, by="keiko")
    assert look_up(store, first_token) is None
    assert look_up(store, second_token)
    assert recent_events(store)[0].data == {"person_id": keiko.id, "sign_in_id": first.id}
    with pytest.raises(NotFoundError):
        end_sign_in(store, keiko.id, first.id, by="keiko")


def test_signing_out_everywhere_is_over_at_the_next_request(store, keiko, enrol):
    others = begin(store, enrol("ren"))[1]
    tokens = [begin(store, keiko)[1] for _ in range(3)]
    assert end_all_sign_ins(store, keiko.id, by="keiko") == 3
    assert [look_up(store, token) for token in tokens] == [None] * 3
    assert look_up(store, others)
    assert recent_events(store)[0].action == "sign_in.all_ended"


def test_one_sign_in_can_be_spared(store, keiko):
    here, token = begin(store, keiko)
    begin(store, keiko)
    assert end_all_sign_ins(store, keiko.id, by="keiko", keep=here.id) == 1
    assert look_up(store, token)


def test_somebody_who_is_shut_out_is_nobody_and_cannot_sign_in(store, keiko):
    _, token = begin(store, keiko)
    accounts.disable(store, keiko.id, by="ren")
    assert look_up(store, token) is None
    with pytest.raises(SignInRefusedError):
        begin(store, keiko)


def test_a_sign_in_that_is_left_over_lets_nobody_in_who_is_shut_out(store, keiko):
    _, token = begin(store, keiko)
    with store.database.write() as session:
        session.get(schema.Person, keiko.id).disabled_at = keiko.created_at
    assert look_up(store, token) is None


def test_the_list_tells_browsers_and_when_they_were_seen(store, keiko, standing_clock):
    begin(store, keiko, browser="Firefox")
    standing_clock.pass_by(minutes=5)
    begin(store, keiko, browser="x" * 1000)
    listed = list_sign_ins(store, keiko.id)
    assert [len(each.browser) for each in listed] == [300, 7]
    standing_clock.pass_by(hours=11, minutes=56)
    assert [len(each.browser) for each in list_sign_ins(store, keiko.id)] == [300]


def test_rows_of_sign_ins_that_are_over_are_swept_away(store, keiko, standing_clock):
    begin(store, keiko)
    standing_clock.pass_by(days=1)
    begin(store, keiko)
    with store.database.read() as session:
        assert session.scalar(select(func.count()).select_from(schema.SignIn)) == 1


def test_an_unknown_person_is_not_found(store):
    for ask in (
        lambda: begin_sign_in(store, 7, browser="", lifetime=DAY),
        lambda: end_all_sign_ins(store, 7, by="ren"),
    ):
        with pytest.raises(NotFoundError, match="no person number 7"):
            ask()
