"""What the doctor finds."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters, the worst first."""

    DAMAGE = "damage"  # something is lost, or contradicts itself
    WARNING = "warning"  # something could not be looked at, or needs a hand
    NOTICE = "notice"  # good to know; the store is sound


@dataclass(frozen=True, slots=True)
class Finding:
    """check: the name of the check, for programs. message: what is wrong and what to do, for an operator."""

    severity: Severity
    check: str
    message: str


def damage(check: str, message: str) -> Finding:
    return Finding(Severity.DAMAGE, check, message)


def warning(check: str, message: str) -> Finding:
    return Finding(Severity.WARNING, check, message)


def notice(check: str, message: str) -> Finding:
    return Finding(Severity.NOTICE, check, message)
