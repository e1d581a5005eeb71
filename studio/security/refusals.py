"""How the layers in front of the routes say no: in the same form as the API's errors (studio/api/errors.py)."""

from studio.problems import Problem


def refusal(status: int, sentence: str, *, code: str) -> Problem:
    return Problem(status, sentence, code=code)
