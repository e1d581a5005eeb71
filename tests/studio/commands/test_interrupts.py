import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NUMBERS = [signal.SIGINT, signal.SIGTERM]


PRESSED = """
import signal, sys
from studio.commands.interrupts import orderly_interrupt
number, both = signal.Signals(int(sys.argv[1])), (signal.SIGINT, signal.SIGTERM)
before = [signal.getsignal(each) for each in both]
with orderly_interrupt("Ends soon.") as wished:
    assert not wished.is_set()
    signal.raise_signal(number)
    assert wished.is_set()
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        print("ended")
assert [signal.getsignal(each) for each in both] == before
"""


@pytest.mark.parametrize("number", NUMBERS)
def test_the_first_is_a_wish_and_the_second_an_end(number):
    command = [sys.executable, "-c", PRESSED, str(int(number))]
    done = subprocess.run(command, check=False, timeout=60, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "\nEnds soon.\n")


CHILD = """
import os, signal, time
from studio.commands.interrupts import orderly_interrupt
with orderly_interrupt("Ends soon.") as wished:
    begun, begins = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(begins, b"!")
        time.sleep(20)
        os._exit(0)
    os.read(begun, 1)
    os.kill(child, signal.SIGTERM)
    os._exit(0 if os.waitpid(child, 0)[1] == signal.SIGTERM and not wished.is_set() else 1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_is_ended_at_once():
    assert subprocess.run([sys.executable, "-c", CHILD], check=False, timeout=60, cwd=ROOT).returncode == 0
