from datetime import timedelta

import pytest
from sqlalchemy import update

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.kinds import Happening
from annotation_store.states import DeliveryState
from annotation_store.webhooks import hooks
from annotation_store.webhooks.deliveries import (
    HOLDS_BACK,
    IN_FLIGHT,
    PAUSES,
    add_trial,
    claim_due,
    get_delivery,
    list_deliveries,
    note_delivered,
    note_failed,
    prune,
    send_again,
)
from annotation_store.webhooks.following import follow

URL = "https://shop.example/hooks"


@pytest.fixture
def tell(world, store, hook):
    """``tell("a.png", "b.png")``: two messages that are due."""

    def make(*names):
        for image in world.draft(*names):
            world.approve(image.id)
        follow(store)

    return make


def claimed(store, **options):
    return [(errand.delivery.webhook_id, errand.delivery.id) for errand in claim_due(store, **options)]


def waiting(store, hook):
    return [each.id for each in list_deliveries(store, hook.id, state=DeliveryState.WAITING)[::-1]]


def test_each_webhook_gets_its_messages_one_at_a_time_and_in_order(store, hook, tell):
    other, _ = hooks.create(store, URL, kinds=Happening, by="ren")
    tell("a.png", "b.png")
    first, second = waiting(store, hook)
    one, two = waiting(store, other)
    assert claimed(store) == [(hook.id, first), (other.id, one)]
    assert claimed(store) == []
    note_delivered(store, first, status=204)
    assert claimed(store) == [(hook.id, second)]
    note_delivered(store, one, status=200)
    assert claimed(store, busy=[other.id]) == []
    assert claimed(store, limit=0) == []
    assert claimed(store) == [(other.id, two)]


def test_what_a_killed_sender_had_in_hand_is_due_again_under_the_same_number(store, hook, tell):
    tell("a.png")
    (errand,) = claim_due(store)
    later = utc_now() + IN_FLIGHT
    (again,) = claim_due(store, now=later)
    assert again.delivery.body == errand.delivery.body
    assert again.delivery.message_id == errand.delivery.message_id


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up(store, hook, tell):
    tell("a.png")
    now, waits = utc_now(), []
    for _ in PAUSES:
        (errand,) = claim_due(store, now=now)
        failed = note_failed(store, errand.delivery.id, status=503, problem="It is closed.", now=now)
        assert failed.state is DeliveryState.WAITING
        waits.append(failed.next_at - now)
        assert claim_due(store, now=failed.next_at - timedelta(seconds=1)) == []
        now = failed.next_at
    assert waits == list(PAUSES)
    (errand,) = claim_due(store, now=now)
    failed = note_failed(store, errand.delivery.id, status=503, problem="It is closed.", now=now)
    assert (failed.state, failed.attempts, failed.status) == (DeliveryState.GIVEN_UP, len(PAUSES) + 1, 503)
    assert failed.problem == "It is closed."
    assert claim_due(store, now=now + timedelta(days=99)) == []


def test_a_message_holds_back_the_later_ones_for_some_minutes_only(store, hook, tell):
    tell("a.png", "b.png")
    first, second = waiting(store, hook)
    now = utc_now()
    for attempt in range(1, HOLDS_BACK + 2):
        assert claimed(store, now=now) == [(hook.id, first)]
        failed = note_failed(store, first, problem="away", now=now)
        before = failed.next_at - timedelta(seconds=1)
        if attempt <= HOLDS_BACK:
            assert claimed(store, now=before) == []
            now = failed.next_at
    assert claimed(store, now=before) == [(hook.id, second)]
    note_delivered(store, second, status=200, now=before)
    assert claimed(store, now=failed.next_at) == [(hook.id, first)]


def test_one_that_was_delivered_says_when_and_forgets_the_problem(store, hook, tell):
    tell("a.png")
    (errand,) = claim_due(store)
    note_failed(store, errand.delivery.id, problem="away")
    now = utc_now()
    done = note_delivered(store, errand.delivery.id, status=204, now=now)
    assert (done.state, done.attempts, done.status, done.problem) == (DeliveryState.DELIVERED, 2, 204, None)
    assert done.delivered_at == now


def test_while_a_webhook_is_not_active_what_waits_goes_on_waiting(store, hook, tell):
    tell("a.png")
    hooks.change(store, hook.id, active=False, by="ren")
    assert claim_due(store) == []
    assert len(waiting(store, hook)) == 1
    hooks.change(store, hook.id, active=True, by="ren")
    assert len(claim_due(store)) == 1


def test_a_trial_is_sent_at_once_also_to_what_is_not_active_and_once(store, hook, tell):
    tell("a.png")
    (first,) = waiting(store, hook)
    note_failed(store, first, problem="away")
    hooks.change(store, hook.id, active=False, by="ren")
    trial = add_trial(store, hook.id, by="ren").delivery
    assert (trial.kind, trial.event_id) == ("ping", None)
    assert claimed(store) == [(hook.id, trial.id)]
    assert note_failed(store, trial.id, problem="away").state is DeliveryState.GIVEN_UP
    assert add_trial(store, hook.id, by="ren", in_hand=True).secret.startswith("whsec_")
    assert claimed(store) == []


def test_what_was_given_up_or_delivered_can_be_sent_again(store, hook, tell):
    tell("a.png")
    (errand,) = claim_due(store)
    note_delivered(store, errand.delivery.id, status=200)
    again = send_again(store, hook.id, errand.delivery.id, by="mia")
    assert (again.state, again.attempts, again.message_id) == (DeliveryState.WAITING, 0, errand.delivery.message_id)
    assert claimed(store) == [(hook.id, errand.delivery.id)]


def test_the_log_comes_page_by_page(store, hook, tell):
    tell("a.png", "b.png", "c.png")
    page = list_deliveries(store, hook.id, limit=2)
    rest = list_deliveries(store, hook.id, limit=2, before=page[-1].id)
    assert [each.id for each in page + rest] == waiting(store, hook)[::-1]
    assert list_deliveries(store, hook.id, state=DeliveryState.GIVEN_UP) == ()


def test_a_message_belongs_to_its_webhook(store, hook, tell):
    other, _ = hooks.create(store, URL, kinds=[Happening.RETURNED], by="ren")
    tell("a.png")
    (mine,) = waiting(store, hook)
    assert get_delivery(store, hook.id, mine).id == mine
    for deed in (get_delivery, lambda *each: send_again(*each, by="ren")):
        for hook_id, delivery_id in ((other.id, mine), (hook.id, 99), (99, mine)):
            with pytest.raises(NotFoundError):
                deed(store, hook_id, delivery_id)
    with pytest.raises(NotFoundError):
        list_deliveries(store, 99)


def test_what_is_long_over_is_forgotten(store, hook, tell):
    tell("a.png", "b.png", "c.png", "d.png")
    fresh, old, given_up, still_waits = waiting(store, hook)
    now = utc_now()
    note_delivered(store, fresh, status=200, now=now - timedelta(days=29))
    note_delivered(store, old, status=200, now=now - timedelta(days=31))
    with store.database.write() as session:
        row = schema.WebhookDelivery
        session.execute(update(row).values(created_at=now - timedelta(days=91)))
        session.execute(update(row).where(row.id == given_up).values(state=DeliveryState.GIVEN_UP))
    assert prune(store, now=now) == 2
    assert prune(store, now=now) == 0
    left = [each.id for each in list_deliveries(store, hook.id)]
    assert left == [still_waits, fresh]
