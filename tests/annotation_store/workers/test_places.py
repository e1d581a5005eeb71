"""Telling whether a process is still the one that it was."""

import subprocess
import sys
from dataclasses import replace

from annotation_store.workers.places import Place, birth_of, has_ended, here


def test_this_process_has_not_ended():
    assert has_ended(here()) is False


def test_a_process_that_is_gone_has_ended():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    place = Place(here().host, process.pid, birth_of(process.pid))
    assert place.birth
    assert has_ended(place) is False
    process.communicate(b"\n")
    assert has_ended(place) is True


def test_another_process_with_the_same_number_is_not_the_same():
    assert has_ended(replace(here(), birth="of another")) is True


def test_of_another_computer_nobody_can_tell():
    assert has_ended(replace(here(), host="another")) is None


def test_nobody_was_born_under_a_number_that_is_not_given():
    assert birth_of(2**22 + 1) == ""
