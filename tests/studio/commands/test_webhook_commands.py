import json

import pytest
from small_receiver import receiving
from standardwebhooks.webhooks import Webhook

from annotation_store.projects import create_project
from annotation_store.webhooks import hooks

URL = "https://shop.example/hooks"


def test_a_webhook_is_added_listed_and_removed(run, store):
    create_project(store, "Shoes", by="ren")
    added = run("webhooks", "add", URL, "--kind", "approved", "--project", "shoes")
    assert added.stdout.startswith("whsec_")
    assert len(added.stdout.splitlines()) == 1
    run("webhooks", "add", URL + "/all")
    assert json.loads(run("webhooks", "list", "--json").stdout) == [
        {"number": 1, "url": URL, "kinds": ["approved"], "projects": ["Shoes"], "active": True},
        {
            "number": 2,
            "url": URL + "/all",
            "kinds": ["approved", "returned", "model.promoted", "export.ready"],
            "projects": None,
            "active": True,
        },
    ]
    listed = run("webhooks", "list").stdout
    assert "| Shoes" in listed
    assert "whsec_" not in listed
    assert run("webhooks", "remove", 1).stdout == f"{URL} is told nothing more.\n"
    assert [hook.id for hook in hooks.list_webhooks(store)] == [2]


def test_a_trial_tells_whether_it_arrived(run, store, monkeypatch):
    with receiving() as receiver:
        made = json.loads(run("webhooks", "add", receiver.url, "--json").stdout)
        refused = run("webhooks", "try", made["number"])
        assert refused.exit_code == 1
        assert "It did not arrive. 127.0.0.1 is at 127.0.0.1, which is not on the public internet" in refused.stdout
        monkeypatch.setenv("MATTELOOP_WEBHOOK_PRIVATE_ADDRESSES", "127.0.0.0/8")
        assert run("webhooks", "try", made["number"]).stdout == "It arrived, and was answered with 200.\n"
        ((headers, body),) = receiver.got
        assert Webhook(made["secret"]).verify(body, headers)["type"] == "ping"
    told = json.loads(run("webhooks", "deliveries", made["number"], "--json").stdout)
    assert [(each["kind"], each["state"], each["status"]) for each in told] == [
        ("ping", "delivered", 200),
        ("ping", "given_up", None),
    ]
    assert "| given_up" in run("webhooks", "deliveries", made["number"], "--state", "given_up").stdout


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("remove", 9), "There is no webhook number 9"),
        (("try", 9), "There is no webhook number 9"),
        (("deliveries", 9), "There is no webhook number 9"),
        (("add", "shop.example"), "is no address to send to"),
        (("add", URL, "--project", "Hats"), "There is no project “Hats”"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(run, store, command, reason):
    result = run("webhooks", *command)
    assert result.exit_code == 1
    assert reason in result.stderr


def test_without_a_studio_there_is_nothing_to_list(run):
    assert "there is no studio" in run("webhooks", "list").stderr
