import pytest
from small_accounts import enrol

from annotation_store.bookmarks import bookmark_at
from annotation_store.drafts import request_redraft
from annotation_store.events import record_event
from annotation_store.kinds import Happening, ModelKind, Role
from annotation_store.learning.model_registry import register_shipped
from annotation_store.learning.standings import go_live, roll_back
from annotation_store.people import accounts
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.queue.honeypots import choose
from annotation_store.queue.pull import pull
from annotation_store.reviews import return_to_operator
from annotation_store.reviews.bulk_approval import approve_in_bulk
from annotation_store.states import DeliveryState
from annotation_store.webhooks import following, hooks
from annotation_store.webhooks.deliveries import list_deliveries
from annotation_store.webhooks.following import follow

URL = "https://shop.example/hooks"


def test_an_approval_becomes_one_message_that_says_what_a_receiver_needs(world, store, hook, messages):
    (image,) = world.draft("赤い靴_1.png")
    world.approve(image.id, by="ren")
    assert follow(store) == 1
    (message,) = messages()
    assert message["id"].startswith("msg_")
    assert (message["type"], message["at"][-6:]) == ("approved", "+00:00")
    data = message["data"]
    assert data["image"] == {
        "id": image.id,
        "name": "赤い靴_1.png",
        "product_id": "赤い靴",
        "tags": [],
        "width": 40,
        "height": 30,
    }
    assert data["project"] == {"id": 1, "name": "General"}
    assert (data["by"], data["in_bulk"]) == ("ren", False)
    assert data["revision"]["number"] == 1
    assert data["links"] == {
        "image": f"/api/v1/images/{image.id}",
        "page": f"/correct?image={image.id}",
        "alpha": f"/api/v1/images/{image.id}/revisions/1/alpha",
        "trimap": f"/api/v1/images/{image.id}/revisions/1/trimap",
    }
    assert follow(store) == 0
    assert len(messages()) == 1


def test_a_return_is_told_with_its_reason(world, store, hook, messages):
    (image,) = world.draft("a.png")
    world.submit(image.id)
    return_to_operator(store, image.id, reason="the hair", by="ren")
    follow(store)
    (message,) = messages()
    assert (message["type"], message["data"]["reason"], message["data"]["by"]) == ("returned", "the hair", "ren")


def test_approvals_in_bulk_say_that_they_are(world, store, hook, messages):
    images = world.draft("a.png", "b.png")
    world.set_project(bulk_confidence=0.0)
    for image in images:
        world.set_image(image.id, confidence=1.0)
    approve_in_bulk(store, FIRST_PROJECT, [image.id for image in images], by="ren")
    follow(store)
    assert [each["data"]["in_bulk"] for each in messages()] == [True, True]


def test_a_version_that_goes_live_is_told_also_if_it_has_been_live_before(store, two_versions, hook, messages):
    older, newer = two_versions
    go_live(store, older, verdict="better", by="ren")
    go_live(store, newer, verdict="better still", by="ren")
    roll_back(store, FIRST_PROJECT, ModelKind.MATTING, by="mia")
    follow(store)
    told = [(each["data"]["model"]["id"], each["data"]["rolled_back"], each["data"]["by"]) for each in messages()]
    assert told == [(older, False, "ren"), (newer, False, "ren"), (older, True, "mia")]
    assert {each["type"] for each in messages()} == {"model.promoted"}


@pytest.fixture
def two_versions(store):
    """A third serves every project."""
    shipped = {"architecture": "closed-form", "shipped_weights": None, "licence": "MIT"}
    return [register_shipped(store, name=name, **shipped).id for name in ("first", "one", "two")][1:]


def test_an_export_that_is_ready_is_told_to_whom_all_its_projects_concern(store, hook, messages):
    other = create_project(store, "Bags", by="ren").id
    narrow, _ = hooks.create(store, URL, kinds=Happening, project_ids=[other], by="ren")
    wide, _ = hooks.create(store, URL, kinds=Happening, project_ids=[1, other], by="ren")
    with store.database.write() as session:
        data = {"export_set_id": 7, "project_ids": [1, other]}
        record_event(session, actor="keiko", action="export.ready", data=data)
    assert follow(store) == 2
    assert messages(narrow.id) == []
    (message,) = messages(wide.id)
    assert message["type"] == "export.ready"
    assert [each["name"] for each in message["data"]["projects"]] == ["General", "Bags"]
    assert message["data"]["links"] == {"export": "/api/v1/exports/7"}


def test_a_webhook_is_told_of_its_kinds_in_its_projects_while_it_is_active(world, store, hook, messages):
    other = create_project(store, "Bags", by="ren").id
    deaf, _ = hooks.create(store, URL, kinds=[Happening.RETURNED], by="ren")
    elsewhere, _ = hooks.create(store, URL, kinds=Happening, project_ids=[other], by="ren")
    asleep, _ = hooks.create(store, URL, kinds=Happening, by="ren")
    hooks.change(store, asleep.id, active=False, by="ren")
    (image,) = world.draft("a.png")
    world.approve(image.id)
    assert follow(store) == 1
    hooks.change(store, asleep.id, active=True, by="ren")
    assert follow(store) == 0
    assert [len(messages(each.id)) for each in (hook, deaf, elsewhere, asleep)] == [1, 0, 0, 0]


def test_the_copies_by_which_operators_are_checked_are_told_to_nobody(world, store, hook, messages):
    (original,) = world.draft("a.png")
    world.approve(original.id)
    choose(store, original.id, by="ren")
    world.set_project(honeypot_share=0.5)
    world.draft("b.png")
    copy = pull(store, project_ids=None, by="mia", draw=lambda: 0.0).image
    assert copy.honeypot_of_id == original.id
    world.approve(copy.id, by="mia")
    assert follow(store) == 1
    assert [each["data"]["image"]["id"] for each in messages()] == [original.id]


def test_what_is_long_is_followed_in_parts(world, store, hook, messages, monkeypatch):
    monkeypatch.setattr(following, "MOST_AT_ONCE", 2)
    images = world.draft(*(f"{number}.png" for number in range(5)))
    for image in images:
        world.approve(image.id)
    assert follow(store) == 5
    assert [each["data"]["image"]["id"] for each in messages()] == [image.id for image in images]
    assert len({each["id"] for each in messages()}) == 5


def test_whoever_is_killed_while_following_has_told_nothing(world, store, hook, messages, monkeypatch):
    (image,) = world.draft("a.png")
    world.approve(image.id)

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(following, "move_bookmark", die)
    with pytest.raises(KeyboardInterrupt):
        follow(store)
    assert messages() == []
    monkeypatch.undo()
    assert follow(store) == 1


def test_a_webhook_hears_no_more_than_who_made_it(world, store, messages):
    glass = world.add_project("Glass")
    lead = enrol(store, "mika", Role.LEAD)
    theirs, _ = hooks.create(store, URL, kinds=[Happening.APPROVED], project_ids=[FIRST_PROJECT], by="mika")
    first, second, third, fourth = world.draft("a.png", "b.png", "c.png", "d.png")

    def told(image):
        before = len(messages(theirs.id))
        world.approve(image.id)
        follow(store)
        return len(messages(theirs.id)) > before

    enrol(store, "ren", Role.ADMIN)
    assert told(first)
    accounts.set_projects(store, lead.id, [glass], by="ren")
    assert not told(second)
    accounts.set_projects(store, lead.id, [FIRST_PROJECT], by="ren")
    assert told(third)
    accounts.disable(store, lead.id, by="ren")
    assert not told(fourth)


def test_what_nobody_is_told_of_is_passed_over_once(world, store, hook):
    (image,) = world.draft("a.png")
    request_redraft(store, image.id, by="ren")
    assert follow(store) == 0
    with store.database.read() as session:
        assert bookmark_at(session, hooks.BOOKMARK) > 2
    assert list_deliveries(store, hook.id, state=DeliveryState.WAITING) == ()
