import pytest
from small_images import approve

from annotation_store.kinds import Role
from annotation_store.projects import create_project
from annotation_store.webhooks import deliveries
from annotation_store.webhooks.following import follow
from studio.sign_in.visitor import Visitor

BODY = {"url": "https://shop.example/hooks", "kinds": ["approved", "export.ready"]}
OURS = "/api/v1/webhooks"


def lead(*projects, role=Role.LEAD):
    return Visitor(name="mika", display_name="Mika", role=role, projects=frozenset(projects), person_id=3)


@pytest.fixture
def make(client):
    """``make(projects=[1])``: a webhook, as its answer has it."""

    def post(**more):
        answer = client.post(OURS, json={**BODY, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return post


def test_a_webhook_is_made_read_changed_and_removed(client, make):
    made = make()
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["kinds"], made["projects"], made["active"]) == (*BODY.values(), None, True)
    address = f"{OURS}/{made['id']}"
    seen = client.get(address).json()
    assert "secret" not in seen
    assert client.get(OURS).json() == [seen]
    assert seen["created_by"] == "keiko"
    changed = client.post(f"{address}/change", json={"kinds": ["returned"], "active": False}).json()
    assert (changed["url"], changed["kinds"], changed["active"]) == (BODY["url"], ["returned"], False)
    assert client.post(f"{address}/secret").json()["secret"] not in ("", made["secret"])
    assert client.post(f"{address}/remove").status_code == 204
    assert client.get(OURS).json() == []
    assert client.get(address).status_code == 404


def test_a_trial_waits_to_be_sent_and_is_in_the_deliveries(client, make):
    address = f"{OURS}/{make()['id']}"
    answer = client.post(f"{address}/trial")
    assert answer.status_code == 202
    page = client.get(f"{address}/deliveries").json()
    assert page == {"deliveries": [answer.json()], "before": None}
    assert (answer.json()["kind"], answer.json()["state"], answer.json()["event"]) == ("ping", "waiting", None)


def test_deliveries_come_in_pages_and_are_sent_again(client, make, studio):
    made = make()
    for seed, name in enumerate(("a.png", "b.png", "c.png")):
        approve(studio.store, name, seed)
    follow(studio.store)
    address = f"{OURS}/{made['id']}/deliveries"
    first = client.get(address, params={"limit": 2}).json()
    rest = client.get(address, params={"limit": 2, "before": first["before"]}).json()
    assert [len(first["deliveries"]), len(rest["deliveries"]), rest["before"]] == [2, 1, None]
    oldest = rest["deliveries"][0]
    deliveries.note_delivered(studio.store, oldest["id"], status=204)
    (done,) = client.get(address, params={"state": "delivered"}).json()["deliveries"]
    assert (done["status"], done["next_at"], done["message"]) == (204, None, oldest["message"])
    again = client.post(f"{address}/{oldest['id']}/send-again")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (202, "waiting", 0)
    assert client.post(f"{address}/999/send-again").status_code == 404
    assert client.get(address, params={"limit": 0}).status_code == 422


def test_what_cannot_be_sent_to_is_refused_with_a_sentence(client):
    answer = client.post(OURS, json={**BODY, "url": "ftp://shop.example"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_webhook")
    for wrong in ({"kinds": []}, {"kinds": ["approved", "never"]}, {"projects": []}, {"secret": "mine"}):
        assert client.post(OURS, json={**BODY, **wrong}).status_code == 422
    assert client.post(OURS, json={**BODY, "projects": [99]}).status_code == 404


def test_a_lead_has_the_webhooks_of_their_own_projects_only(client, make, studio, come_as):
    other = create_project(studio.store, "Bags", by="ren").id
    everywhere, theirs, both = make(), make(projects=[other]), make(projects=[1, other])
    come_as(lead(1))
    mine = make(projects=[1])
    assert [each["id"] for each in client.get(OURS).json()] == [mine["id"]]
    for hidden in (everywhere, theirs, both):
        address = f"{OURS}/{hidden['id']}"
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/deliveries").status_code == 404
        for deed, body in (("change", {"active": False}), ("remove", None), ("secret", None), ("trial", None)):
            assert client.post(f"{address}/{deed}", json=body).status_code == 404
        assert client.post(f"{address}/deliveries/1/send-again").status_code == 404
    assert client.post(OURS, json=BODY).status_code == 403
    assert client.post(OURS, json={**BODY, "projects": [1, other]}).status_code == 404
    come_as(lead(1, other))
    assert [each["id"] for each in client.get(OURS).json()] == [theirs["id"], both["id"], mine["id"]]


def test_whoever_does_not_lead_may_not_know_of_any(client, make, come_as):
    address = f"{OURS}/{make(projects=[1])['id']}"
    come_as(lead(1, role=Role.REVIEWER))
    answers = [client.get(OURS), client.get(address), client.get(f"{address}/deliveries")]
    answers += [client.post(OURS, json=BODY), client.post(f"{address}/change", json={"active": False})]
    answers += [client.post(f"{address}/{deed}") for deed in ("remove", "secret", "trial", "deliveries/1/send-again")]
    assert {answer.status_code for answer in answers} == {403}
