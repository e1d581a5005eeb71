import pytest

from annotation_store.exports.newly_approved import StableNames, newly_approved, note_seen
from annotation_store.projects import create_project, rename_project
from annotation_store.queue.honeypots import choose
from annotation_store.queue.pull import pull


def images(store, follower="outbox", **options):
    return [each.image_id for each in newly_approved(store, follower, **options)]


def test_approvals_come_in_order_from_the_first_look_on(world, store):
    before, one, two = world.draft("a.png", "b.png", "c.png")
    world.approve(before.id)
    assert images(store) == []
    world.approve(two.id)
    world.approve(one.id)
    assert images(store) == [two.id, one.id]
    assert images(store, limit=1) == [two.id]
    assert images(store) == [two.id, one.id]
    note_seen(store, "outbox", newly_approved(store, "outbox")[0])
    assert images(store) == [one.id]
    assert images(store, "another") == []


def test_copies_by_which_operators_are_checked_are_nobodys(world, store):
    (original,) = world.draft("a.png")
    world.approve(original.id)
    images(store)
    choose(store, original.id, by="ren")
    world.set_project(honeypot_share=0.5)
    world.draft("b.png")
    copy = pull(store, project_ids=None, by="mia", draw=lambda: 0.0).image
    world.approve(copy.id, by="mia")
    assert images(store) == []


def test_names_are_different_and_stay(world, store):
    names = StableNames(store)
    first, second, third = world.take_in("Cup.png", "cup.jpg", "cup-2.png")
    assert [names.stem_of(each.id) for each in (second, first, third)] == ["cup-2", "Cup", "cup-2-3"]
    (later,) = world.take_in("CUP.webp")
    assert names.stem_of(later.id) == "CUP-4"
    assert [StableNames(store).stem_of(each.id) for each in (first, second, third, later)] == [
        "Cup",
        "cup-2",
        "cup-2-3",
        "CUP-4",
    ]
    with pytest.raises(KeyError):
        names.stem_of(99)


def test_long_names_are_cut_and_different(world, store):
    names = StableNames(store)
    one, two = world.take_in("靴" * 120 + ".png", "靴" * 110 + ".png")
    assert [names.stem_of(each.id) for each in (one, two)] == ["靴" * 66, "靴" * 66 + f"-{two.id}"]


def test_projects_have_folders_of_their_own(store):
    names = StableNames(store)
    one, two = (create_project(store, name, by="ren").id for name in ("a/b", "a_b"))
    assert [names.folder_of(each) for each in (1, one, two)] == ["General", "a_b", f"a_b-{two}"]
    rename_project(store, one, "..", by="ren")
    assert names.folder_of(one) == "unnamed"
