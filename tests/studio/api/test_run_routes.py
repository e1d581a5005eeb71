from annotation_store.kinds import Role
from annotation_store.learning import run_logs, training_runs
from annotation_store.states import RunState
from annotation_store.workers.places import Place
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


def test_a_log_of_another_computer_is_told_of_while_it_is_written_and_read_when_it_is_over(client, studio, monkeypatch):
    address, path = asked_for(studio)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(training_runs, "here", lambda: Place("gpu-2", 7))
        training_runs.start(studio.store, 1, 7)
        answer = client.get(address)
        assert answer.status_code == 404
        assert "lies on the computer gpu-2" in answer.json()["detail"]
        path.parent.mkdir(parents=True)
        path.write_text("learnt")
        training_runs.finish(studio.store, 1, RunState.SUCCEEDED, verdict="done")
        run_logs.keep_log(studio.store, 1)
    path.write_text("of an earlier attempt here")
    assert client.get(address).text == "learnt"
    path.unlink()
    assert client.get(address).text == "learnt"
