"""How long an account stays locked after wrong passwords in a row: against guessing, one account at a time."""

from datetime import timedelta

ATTEMPTS = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(hours=24)


def lock_after(failed_attempts: int) -> timedelta | None:
    """For how long the account is locked by its `failed_attempts`-th wrong password in a row, None if it is not.

    Each fifth one locks it, each time for twice as long, up to a day: 35 guesses on the first day, 5 on a later one.
    """
    if failed_attempts < ATTEMPTS or failed_attempts % ATTEMPTS:
        return None
    doublings = min(failed_attempts // ATTEMPTS - 1, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
