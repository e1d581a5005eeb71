"""Where a process runs, so that others can tell whether it still does: one of this computer is asked about, one of
another computer can only be listened for.
"""

import contextlib
import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A process. host: its computer or container, which no other one is called. birth: tells it from later processes
    with the same number; empty where the system does not say."""

    host: str
    pid: int
    birth: str = ""


def here() -> Place:
    """This process."""
    return Place(_this_host(), os.getpid(), birth_of(os.getpid()))


def has_ended(place: Place) -> bool | None:
    """Whether that process is gone; None if it is of another computer, of which this one cannot tell."""
    if place.host != _this_host():
        return None
    return not process_is_alive(place.pid) or (place.birth != "" and place.birth != birth_of(place.pid))


def process_is_alive(pid: int) -> bool:
    """Whether a process with this number runs on this machine and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return True


def birth_of(pid: int) -> str:
    """When the process began, in the system's own count, and since which start of the system it counts."""
    with contextlib.suppress(OSError, IndexError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()  # a name may hold spaces
        return f"{boot[:8]}-{fields[19]}"
    return ""


@cache
def _this_host() -> str:
    """Containers have a name of their own and no number; computers may share a name, not the number."""
    number = ""
    with contextlib.suppress(OSError):
        number = Path("/etc/machine-id").read_text().strip()[:8]
    return f"{platform.node()}-{number}".strip("-") or "unknown"
