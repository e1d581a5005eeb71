from datetime import timedelta

import pytest

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.keeping.finding import Severity


@pytest.fixture
def two(world):
    """Two drafted images, their revisions numbered 1 and 2; the first is corrected and approved, its revision is 3."""
    images = world.draft("cup_1.png", "scarf_1.png")
    world.stroke(images[0].id, "key")
    world.approve(images[0].id)
    return images


def only(findings):
    (finding,) = findings
    return finding.severity, finding.check, finding.message


def test_a_sound_store_has_no_findings(two, findings):
    assert findings() == []


def test_an_image_without_a_matte_whose_state_promises_one(two, spoil, findings):
    spoil("UPDATE images SET head_revision_id = NULL WHERE id = 2")
    assert only(findings())[:2] == (Severity.DAMAGE, "heads")
    assert "“scarf_1.png” (image 2) is past its draft, but has no matte" in findings()[0].message


@pytest.mark.parametrize("state", ["waiting", "drafting", "skipped", "failed"])
def test_an_image_may_be_without_a_matte_before_its_draft(world, spoil, findings, state):
    world.take_in("cup_1.png")
    spoil("UPDATE images SET state = :state", state=state)
    assert findings() == []


def test_an_image_that_shows_the_matte_of_another(two, spoil, findings):
    spoil("UPDATE images SET head_revision_id = 1 WHERE id = 2")
    assert only(findings()) == (
        Severity.DAMAGE,
        "heads",
        "“scarf_1.png” (image 2) shows the matte of another image: restore the studio from a backup.",
    )


@pytest.mark.parametrize("number", [3, 0])
def test_revisions_that_are_missing(two, spoil, findings, number):
    spoil("UPDATE revisions SET number = :number WHERE id = 2", number=number)
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "revision-numbers")
    assert message.startswith("Revisions of “scarf_1.png” (image 2) are missing")


@pytest.mark.parametrize("parent", [2, 3])
def test_a_revision_that_comes_from_another_image_or_from_itself(two, spoil, findings, parent):
    spoil("UPDATE revisions SET parent_id = :parent WHERE id = 3", parent=parent)
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "parents")
    assert message.startswith("Revision 2 of “cup_1.png” (image 1) claims to come from a revision that cannot be")


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM decisions", "UPDATE decisions SET revision_id = 1", "UPDATE decisions SET verdict = 'skipped'"],
)
def test_an_approved_image_whose_matte_nobody_approved(two, spoil, findings, change):
    spoil(change)
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "approvals")
    assert message.startswith("“cup_1.png” (image 1) is approved, but nobody approved the matte")


@pytest.mark.parametrize(("image", "hours", "count"), [(1, 1, 1), (1, -1, 0), (2, 1, 0)])
def test_a_hold_on_an_image_that_is_done_with(two, store, findings, image, hours, count):
    with store.database.write() as session:
        moment = utc_now() + timedelta(hours=hours)
        session.add(schema.Lease(image_id=image, person="keiko", taken_at=utc_now(), expires_at=moment))
    told = [(finding.severity, finding.check) for finding in findings()]
    assert told == [(Severity.NOTICE, "leases")] * count


def test_a_honeypot_that_is_another_photo(two, spoil, findings):
    spoil("UPDATE images SET honeypot_of_id = 1 WHERE id = 2")
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "honeypots")
    assert message.startswith("“scarf_1.png” (image 2) was served once more")
