from annotation_store.kinds import Role
from annotation_store.learning import training_runs
from studio.sign_in.visitor import Visitor


def asked_for(studio):
    run = training_runs.request(studio.store, by="keiko")
    return f"/api/v1/runs/{run.id}/log", studio.store.folder / run.log_path


def test_the_whole_log_is_downloaded(client, studio):
    address, path = asked_for(studio)
    path.parent.mkdir(parents=True)
    path.write_text("学習\n" * 10_000, encoding="utf-8")
    answer = client.get(address)
    assert answer.content == path.read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="training-0001.log"'
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_run_that_has_not_begun_has_no_log(client, studio):
    answer = client.get(asked_for(studio)[0])
    assert answer.status_code == 404
    assert "has written nothing yet" in answer.json()["detail"]


def test_who_leads_nothing_may_not_read_logs(client, studio, come_as):
    address, _ = asked_for(studio)
    come_as(Visitor(name="ren", display_name="Ren", role=Role.REVIEWER, projects=frozenset({1}), person_id=4))
    assert client.get(address).status_code == 403
