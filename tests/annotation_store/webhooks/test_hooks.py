import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import NotFoundError
from annotation_store.events import recent_events
from annotation_store.kinds import Happening
from annotation_store.projects import create_project
from annotation_store.states import DeliveryState
from annotation_store.webhooks import hooks
from annotation_store.webhooks.deliveries import add_trial
from annotation_store.webhooks.following import follow
from annotation_store.webhooks.hooks import InvalidWebhookError

URL = "https://shop.example:8443/hooks?key=k"


def test_a_webhook_is_made_listed_changed_and_removed(store):
    kinds = [Happening.EXPORT_READY, Happening.APPROVED, Happening.APPROVED]
    hook, secret = hooks.create(store, f" {URL} ", kinds=kinds, project_ids=[1, 1], by="ren")
    assert (hook.url, hook.kinds, hook.project_ids, hook.active) == (URL, ["approved", "export.ready"], [1], True)
    assert secret.startswith("whsec_")
    assert hooks.list_webhooks(store) == (hook,)
    assert hooks.get_webhook(store, hook.id) == hook
    changed = hooks.change(store, hook.id, kinds=[Happening.RETURNED], active=False, by="mia")
    assert (changed.url, changed.kinds, changed.active) == (URL, ["returned"], False)
    assert hooks.change_secret(store, hook.id, by="mia") != secret
    hooks.remove(store, hook.id, by="mia")
    assert hooks.list_webhooks(store) == ()
    told = [(event.action, event.actor) for event in recent_events(store, 4)]
    assert told == [
        ("webhook.removed", "mia"),
        ("webhook.secret_changed", "mia"),
        ("webhook.changed", "mia"),
        ("webhook.created", "ren"),
    ]
    assert "key=k" not in str([event.data for event in recent_events(store, 4)])
    for deed in (hooks.change, hooks.change_secret, hooks.remove):
        with pytest.raises(NotFoundError, match=f"no webhook number {hook.id}"):
            deed(store, hook.id, by="mia")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example",
        "file:///etc/passwd",
        "https://",
        "https://shop.example:99999/",
        "https://shop.example:0/",
        "https://[::1",
        "https://me:secret@shop.example/",
        "https://shop.example/#part",
        "https://shop.example/a b",
        "https://shop.example/\r\nX-Other: 1",
        "https://例え.example/",
        "https://shop.example/" + "a" * 2000,
    ],
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(store, hook, url):
    with pytest.raises(InvalidWebhookError):
        hooks.create(store, url, kinds=[Happening.APPROVED], by="ren")
    with pytest.raises(InvalidWebhookError):
        hooks.change(store, hook.id, url=url, by="ren")


def test_a_choice_that_tells_nothing_is_refused(store):
    with pytest.raises(InvalidWebhookError, match="approved, returned, "):
        hooks.create(store, URL, kinds=[], by="ren")
    with pytest.raises(InvalidWebhookError, match="at least one project"):
        hooks.create(store, URL, kinds=Happening, project_ids=[], by="ren")
    with pytest.raises(NotFoundError, match="no project number 9"):
        hooks.create(store, URL, kinds=Happening, project_ids=[1, 9], by="ren")
    assert hooks.list_webhooks(store) == ()


def test_what_waits_for_a_removed_webhook_is_given_up(store, hook):
    add_trial(store, hook.id, by="ren")
    hooks.remove(store, hook.id, by="ren")
    with store.database.read() as session:
        (row,) = session.scalars(select(schema.WebhookDelivery))
    assert (row.state, row.problem) == (DeliveryState.GIVEN_UP, hooks.REMOVED)


def test_nothing_that_happened_before_is_told(world, store, messages):
    """Whether there was no webhook before, or one since removed, or another that is told."""
    one, two, three = world.draft("a.png", "b.png", "c.png")
    (first,) = hooks.list_webhooks(store)
    world.approve(one.id)
    second, _ = hooks.create(store, URL, kinds=Happening, by="ren")
    hooks.remove(store, first.id, by="ren")
    hooks.remove(store, second.id, by="ren")
    world.approve(two.id)
    third, _ = hooks.create(store, URL, kinds=Happening, by="ren")
    world.approve(three.id)
    assert follow(store) == 1
    assert [each["data"]["image"]["id"] for each in messages(third.id)] == [three.id]


def test_projects_can_be_chosen(store):
    other = create_project(store, "Bags", by="ren").id
    hook, _ = hooks.create(store, URL, kinds=Happening, project_ids=[other, 1], by="ren")
    assert hook.project_ids == [1, other]
