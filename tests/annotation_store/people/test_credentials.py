import threading

import pytest
from argon2 import PasswordHasher
from small_accounts import PASSWORD
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import AccountLockedError, InvalidPasswordError, NotFoundError, SignInRefusedError
from annotation_store.events import recent_events
from annotation_store.people import accounts, credentials, passwords
from annotation_store.people.credentials import change_password, check_credentials, has_password
from annotation_store.people.sign_ins import Lifetime, begin_sign_in, list_sign_ins

WRONG = "wrong horse battery"


def fail(store, name="keiko", times=1):
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            check_credentials(store, name, WRONG)


def stored_hash(store, name="keiko"):
    with store.database.read() as session:
        return session.scalar(select(schema.Person.password_hash).filter_by(name=name))


def test_name_and_password_are_known_again(store, enrol):
    keiko = enrol("keiko")
    assert check_credentials(store, "keiko", PASSWORD) == keiko
    assert check_credentials(store, " KEIKO ", PASSWORD) == keiko


def test_everything_wrong_is_refused_in_the_same_words(store, enrol):
    enrol("keiko")
    accounts.disable(store, enrol("ren").id, by="aiko")
    locked = enrol("aiko")
    fail(store, "aiko", times=5)
    refusals = set()
    for name, password in (
        ("keiko", WRONG),
        ("nobody-here", PASSWORD),
        ("ren", PASSWORD),
        (locked.name, WRONG),
        ("", ""),
        ("keiko", ""),
    ):
        with pytest.raises(SignInRefusedError) as caught:
            check_credentials(store, name, password)
        refusals.add(str(caught.value))
    assert len(refusals) == 1


def test_every_attempt_hashes_once_whether_the_name_exists_or_not(store, enrol, monkeypatch):
    enrol("keiko")
    accounts.disable(store, enrol("ren").id, by="aiko")
    work = []

    class Counting(PasswordHasher):
        def hash(self, password, **salt):
            work.append("hash")
            return super().hash(password, **salt)

        def verify(self, stored, password):
            work.append("verify")
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    fail(store, "keiko")
    fail(store, "mallory")
    fail(store, "ren")
    assert work == ["verify", "hash", "hash"]


def test_the_fifth_wrong_password_locks_and_only_the_right_one_is_told_so(store, enrol, standing_clock):
    keiko = enrol("keiko")
    fail(store, times=4)
    assert accounts.get_person(store, keiko.id).locked_until is None
    fail(store)
    with pytest.raises(AccountLockedError, match="locked until") as caught:
        check_credentials(store, "keiko", PASSWORD)
    assert (caught.value.until - standing_clock.now).total_seconds() == 15 * 60
    fail(store, times=20)  # while it is locked nothing is counted, or anybody could keep it locked for good
    standing_clock.pass_by(minutes=15, seconds=1)
    assert check_credentials(store, "keiko", PASSWORD).failed_attempts == 0


def test_each_lock_lasts_twice_as_long_until_somebody_succeeds(store, enrol, standing_clock):
    enrol("keiko")
    for minutes in (15, 30, 60):
        fail(store, times=5)
        standing_clock.pass_by(minutes=minutes, seconds=-1)
        with pytest.raises(AccountLockedError):
            check_credentials(store, "keiko", PASSWORD)
        standing_clock.pass_by(seconds=2)
    assert check_credentials(store, "keiko", PASSWORD).locked_until is None
    fail(store, times=4)
    check_credentials(store, "keiko", PASSWORD)
    fail(store, times=4)
    assert check_credentials(store, "keiko", PASSWORD)


def test_the_fifth_attempt_may_be_the_right_one(store, enrol):
    enrol("keiko")
    fail(store, times=4)
    assert check_credentials(store, "keiko", PASSWORD).locked_until is None


def test_an_admin_opens_a_locked_account(store, enrol):
    keiko = enrol("keiko")
    fail(store, times=5)
    accounts.enable(store, keiko.id, by="ren")
    assert check_credentials(store, "keiko", PASSWORD).name == "keiko"


def test_many_guesses_at_the_same_moment_are_no_way_around_the_lock(store, enrol, monkeypatch):
    keiko = enrol("keiko")
    together = threading.Barrier(12)
    compared = []

    def slow(password, stored):
        compared.append(stored)
        return False

    monkeypatch.setattr(credentials.passwords, "is_password", slow)

    def guess():
        together.wait()
        with pytest.raises(SignInRefusedError):
            check_credentials(store, "keiko", WRONG)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = accounts.get_person(store, keiko.id)
    assert (now.failed_attempts, now.locked_until is not None) == (5, True)
    assert len(compared) == 12


def test_every_attempt_is_told_and_a_name_that_nobody_has_is_not_kept(store, enrol):
    keiko = enrol("keiko")
    fail(store)
    fail(store, "hunter2-typed-as-name")
    unknown, known = recent_events(store, limit=2)
    assert (known.actor, known.action, known.data) == (
        "nobody",
        "sign_in.tried",
        {"person_id": keiko.id, "name": "keiko", "locked": False},
    )
    assert (unknown.actor, unknown.action, unknown.data) == ("nobody", "sign_in.tried", {})


def test_a_hash_is_made_anew_when_the_parameters_rise(store, enrol, monkeypatch):
    enrol("keiko")
    before = stored_hash(store)
    check_credentials(store, "keiko", PASSWORD)
    assert stored_hash(store) == before
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    check_credentials(store, "keiko", PASSWORD)
    assert "m=16,t=2" in stored_hash(store)
    assert check_credentials(store, "keiko", PASSWORD)


def test_a_new_password_replaces_the_old_one_and_ends_the_other_sign_ins(store, enrol):
    keiko = enrol("keiko")
    here, _ = begin_sign_in(store, keiko.id, browser="here", lifetime=Lifetime())
    begin_sign_in(store, keiko.id, browser="elsewhere", lifetime=Lifetime())
    change_password(store, keiko.id, current=PASSWORD, new="another long one", keep=here.id)
    assert [each.id for each in list_sign_ins(store, keiko.id)] == [here.id]
    assert check_credentials(store, "keiko", "another long one").id == keiko.id
    fail_with_old = pytest.raises(SignInRefusedError)
    with fail_with_old:
        check_credentials(store, "keiko", PASSWORD)


def test_without_the_current_password_nothing_changes_and_guesses_count(store, enrol):
    keiko = enrol("keiko")
    before = stored_hash(store)
    begin_sign_in(store, keiko.id, browser="", lifetime=Lifetime())
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            change_password(store, keiko.id, current=WRONG, new="another long one")
    with pytest.raises(AccountLockedError):
        change_password(store, keiko.id, current=PASSWORD, new="another long one")
    with pytest.raises(InvalidPasswordError):
        change_password(store, keiko.id, current=PASSWORD, new="short")
    assert stored_hash(store) == before
    assert len(list_sign_ins(store, keiko.id)) == 1


def test_the_credentials_of_an_unknown_person_are_not_found(store):
    for ask in (
        lambda: has_password(store, 7),
        lambda: change_password(store, 7, current=PASSWORD, new="another long one"),
    ):
        with pytest.raises(NotFoundError, match="no person number 7"):
            ask()


def test_who_has_a_password_can_be_told(store, enrol):
    assert has_password(store, enrol("keiko").id)
