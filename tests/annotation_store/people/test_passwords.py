import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from annotation_store.errors import InvalidPasswordError
from annotation_store.people import passwords
from annotation_store.people.passwords import check_password, hash_password, is_outdated, is_password


def test_a_password_is_known_again_by_its_hash_and_no_other_is():
    stored = hash_password("correct horse battery")
    assert "correct" not in stored
    assert is_password("correct horse battery", stored)
    assert not is_password("correct horse batterY", stored)
    assert not is_password("", stored)


def test_the_same_password_is_never_hashed_alike():
    assert hash_password("correct horse battery") != hash_password("correct horse battery")


def test_letters_that_look_the_same_are_the_same():
    assert is_password("passwörter１２３", hash_password("passwo\u0308rter123"))


def test_hashes_outside_of_tests_follow_the_recommendation_of_rfc_9106(monkeypatch):
    monkeypatch.undo()
    made = extract_parameters(passwords.hasher.hash("correct horse battery"))
    assert made == RFC_9106_LOW_MEMORY
    assert "$argon2id$" in passwords.hasher.hash("correct horse battery")


def test_a_hash_by_lesser_parameters_is_outdated(monkeypatch):
    stored = hash_password("correct horse battery")
    assert not is_outdated(stored)
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert is_outdated(stored)
    assert is_password("correct horse battery", stored)


def test_without_a_hash_the_same_work_is_done(monkeypatch):
    hashed = []

    class Counting(PasswordHasher):
        def hash(self, password, **_):
            hashed.append(password)
            return ""

    monkeypatch.setattr(passwords, "hasher", Counting())
    assert not is_password("correct horse battery", None)
    assert hashed == ["correct horse battery"]


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$broken", "!"])
def test_a_damaged_hash_lets_nobody_in(stored):
    assert not is_password("", stored)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("", "short"),
        ("ninechars", "short"),
        ("x" * 201, "long"),
        ("keiko.tanaka", "name"),
        ("KEIKO.Tanaka", "name"),
    ],
)
def test_a_weak_password_is_refused_by_its_rule(password, rule):
    with pytest.raises(InvalidPasswordError) as caught:
        check_password(password, name="keiko.tanaka")
    assert caught.value.rule == rule


@pytest.mark.parametrize("password", ["ten chars.", "x" * 200, "十文字以上の合言葉です"])
def test_any_other_password_of_ten_characters_will_do(password):
    assert check_password(password, name="keiko") == password
