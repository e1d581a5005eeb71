"""How busy the computer is, said beside every figure that was measured on it."""

import os


def told_load() -> str:
    """Cores, and the load of the last minute: above the cores, others had a part in what was measured."""
    return f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
