"""How many are killed, and by which chance."""

import os
import random

import pytest


@pytest.fixture(scope="session")
def kills() -> int:
    """How many processes the tests here kill altogether: 20, or what MATTELOOP_KILLS says."""
    return int(os.environ.get("MATTELOOP_KILLS", "20"))


@pytest.fixture
def seed() -> str:
    """Decides when who dies; printed with a failure, and taken from MATTELOOP_FAULT_SEED if that is given."""
    chosen = os.environ.get("MATTELOOP_FAULT_SEED") or f"{random.SystemRandom().getrandbits(32):08x}"
    print(f"MATTELOOP_FAULT_SEED={chosen} repeats this run")
    return chosen
