import pytest

from annotation_store.corrections import open_document, redo, undo
from annotation_store.keeping.finding import Severity


@pytest.fixture
def log(world, store):
    """Entries 0 to 4 of revision 1: edit, edit, undo, redo, undo; and one edit on revision 2."""
    first, second = world.draft("cup_1.png", "scarf_1.png")
    world.stroke(first.id, "a", "b")
    for step, key in ((undo, "c"), (redo, "d"), (undo, "e")):
        at = open_document(store, first.id)
        step(store, first.id, revision_id=at.revision_id, position=at.position, key=key, by="keiko")
    world.stroke(second.id, "a")


def test_a_sound_log_has_no_findings(log, findings):
    assert findings() == []


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        ("DELETE FROM edit_log WHERE id = 1", "log-positions", "lack an entry (number 0)"),
        ("DELETE FROM edit_log WHERE id = 3", "log-positions", "lack an entry (number 2)"),
        ("UPDATE edit_log SET edit = NULL WHERE id = 2", "log-edits", "have an entry (number 1) that says nothing"),
        ("UPDATE edit_log SET edit = '{}' WHERE id = 3", "log-edits", "have an entry (number 2) that says nothing"),
        (
            "UPDATE edit_log SET kind = 'undo', edit = NULL WHERE id = 1",
            "log-undo",
            "one (in entry 0) that is not",
        ),
        (
            "UPDATE edit_log SET kind = 'redo', edit = NULL WHERE id = 2",
            "log-undo",
            "one (in entry 1) that is not",
        ),
        ("UPDATE edit_log SET active = 7 WHERE id = 2", "log-counters", "are counted wrongly (in entry 1)"),
        ("UPDATE edit_log SET undone = 7 WHERE id = 5", "log-counters", "are counted wrongly (in entry 4)"),
    ],
)
def test_the_first_fault_of_a_log_is_told(log, spoil, findings, change, check, words):
    spoil(change)
    (finding,) = findings()
    assert (finding.severity, finding.check) == (Severity.DAMAGE, check)
    assert finding.message.startswith("The edits of “cup_1.png” (image 1, revision 1) ")
    assert words in finding.message


def test_each_damaged_log_is_told(log, spoil, findings):
    spoil("UPDATE edit_log SET active = 7")
    assert [finding.check for finding in findings()] == ["log-counters", "log-counters"]


def test_a_kind_without_meaning_is_told_once(log, spoil, findings):
    spoil("UPDATE edit_log SET kind = 'smudge' WHERE id = 4")
    assert [finding.check for finding in findings()] == ["vocabulary"]
