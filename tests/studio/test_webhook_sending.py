from ipaddress import ip_network

import pytest
from small_images import approve
from standardwebhooks.webhooks import Webhook

from annotation_store.clock import utc_now
from annotation_store.errors import StoreBusyError
from annotation_store.kinds import Happening
from annotation_store.states import DeliveryState
from annotation_store.webhooks import deliveries, hooks
from annotation_store.webhooks.deliveries import PAUSES, add_trial, list_deliveries
from studio import webhook_sending
from studio.security.outgoing import Outgoing
from studio.webhook_sending import WebhookSender, send

HERE = [ip_network("127.0.0.0/8")]


@pytest.fixture
def sender(studio):
    return WebhookSender(studio.store, Outgoing(HERE))


@pytest.fixture
def hook(studio, receiver):
    return hooks.create(studio.store, receiver.url, kinds=Happening, by="ren")


def log_of(studio, hook_id):
    return list_deliveries(studio.store, hook_id)[::-1]


def test_an_approval_arrives_signed(studio, sender, receiver, hook):
    record, secret = hook
    approve(studio.store, "赤い靴.png", 1)
    assert sender.look() == 1
    sender.wait()
    ((headers, body),) = receiver.got
    message = Webhook(secret).verify(body, headers)
    assert (message["type"], message["data"]["image"]["name"]) == ("approved", "赤い靴.png")
    assert message["id"] == headers["webhook-id"]
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Matteloop/")
    (done,) = log_of(studio, record.id)
    assert (done.state, done.status, done.attempts) == (DeliveryState.DELIVERED, 200, 1)
    assert sender.look() == 0


@pytest.mark.parametrize(
    ("status", "words"), [(500, "the status 500"), (404, "the status 404"), (307, "a redirect (307), which is not")]
)
def test_what_was_not_taken_is_told_and_tried_again(studio, sender, receiver, hook, status, words):
    receiver.answers, receiver.headers = [status, 200], {"location": "/elsewhere"}
    approve(studio.store, "cup.png", 1)
    sender.look()
    sender.wait()
    (failed,) = log_of(studio, hook[0].id)
    assert (failed.state, failed.status, failed.attempts) == (DeliveryState.WAITING, status, 1)
    assert words in failed.problem
    assert len(receiver.got) == 1


def test_a_second_attempt_is_the_same_message_signed_anew(studio, receiver, hook):
    receiver.answers = [500, 204]
    errand = add_trial(studio.store, hook[0].id, by="ren", in_hand=True)
    assert send(studio.store, Outgoing(HERE), errand).problem is not None
    assert send(studio.store, Outgoing(HERE), errand).status == 204
    (first, body), (second, again) = receiver.got
    assert body == again
    assert first["webhook-id"] == second["webhook-id"]
    assert Webhook(hook[1]).verify(again, second)["type"] == "ping"


def test_an_address_on_the_inside_is_refused_in_words(studio, receiver, hook):
    errand = add_trial(studio.store, hook[0].id, by="ren", in_hand=True)
    sent = send(studio.store, Outgoing(), errand)
    assert "is not on the public internet" in sent.problem
    assert receiver.got == []


def test_a_slow_receiver_keeps_nobody_else_waiting(studio, sender, receiver, hook, eventually):
    from small_receiver import receiving

    with receiving() as slow:
        slow.hold.clear()
        other, _ = hooks.create(studio.store, slow.url, kinds=Happening, by="ren")
        for seed, name in enumerate(("cup.png", "hat.png")):
            approve(studio.store, name, seed)
        sender.look()
        eventually(lambda: len(receiver.got) == 1 and len(slow.got) == 1)
        eventually(lambda: log_of(studio, hook[0].id)[0].state is DeliveryState.DELIVERED)
        eventually(lambda: sender.look() == 1)
        eventually(lambda: len(receiver.got) == 2)
        assert len(slow.got) == 1
        slow.hold.set()
        sender.wait()
    assert [each.state.value for each in log_of(studio, other.id)] == ["delivered", "waiting"]


def test_messages_of_one_receiver_arrive_in_order_although_the_first_fails(studio, sender, receiver, hook, monkeypatch):
    receiver.answers = [503, 200]
    names = ["a.png", "b.png", "c.png"]
    for seed, name in enumerate(names):
        approve(studio.store, name, seed)
    now = utc_now()
    for _ in range(5):
        monkeypatch.setattr(deliveries, "utc_now", lambda moment=now: moment)
        sender.look()
        sender.wait()
        now += PAUSES[0]
    arrived = [Webhook(hook[1]).verify(body, headers)["data"]["image"]["name"] for headers, body in receiver.got]
    assert arrived == ["a.png", *names]


def test_trouble_with_the_store_is_waited_out(studio, sender, receiver, hook, monkeypatch):
    approve(studio.store, "cup.png", 1)

    def busy(*_, **__):
        raise StoreBusyError

    monkeypatch.setattr(webhook_sending, "follow", busy)
    assert sender.look() == 0
    monkeypatch.undo()
    sender.look()
    sender.wait()
    assert len(receiver.got) == 1


def test_what_is_removed_while_it_is_sent_disturbs_nobody(studio, sender, receiver, hook, eventually):
    receiver.hold.clear()
    approve(studio.store, "cup.png", 1)
    sender.look()
    eventually(lambda: receiver.got)
    hooks.remove(studio.store, hook[0].id, by="ren")
    receiver.hold.set()
    sender.wait()
    assert sender.look() == 0
