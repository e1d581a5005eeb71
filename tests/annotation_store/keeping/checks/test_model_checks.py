from annotation_store.keeping.finding import Severity
from annotation_store.learning import model_registry, standings, training_runs
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import RunState, StandingState


def test_several_live_models(store, spoil, findings):
    for name in ("one", "two"):
        model = model_registry.register_shipped(
            store, name=name, architecture=name, shipped_weights=None, licence="MIT"
        )
    standings.place(store, model.id, FIRST_PROJECT, StandingState.CANARY, by="gate", verdict="")
    assert findings() == []
    spoil("DROP INDEX uq_standings_live", "UPDATE standings SET state = 'live'")
    (finding,) = findings()
    assert (finding.severity, finding.check) == (Severity.DAMAGE, "live-models")
    assert finding.message == (
        "2 versions (matting) are live at once in “General” (one, two): make one of them live (`models --use NAME`)."
    )


def test_a_training_that_is_not_over(store, findings):
    run = training_runs.request(store, by="keiko")
    (finding,) = findings()
    assert (finding.severity, finding.check) == (Severity.NOTICE, "trainings")
    assert finding.message.startswith("Training number 1 is queued")
    training_runs.start(store, run.id, pid=1)
    assert findings()[0].message.startswith("Training number 1 is running")
    training_runs.request_cancel(store, run.id, by="keiko")
    training_runs.finish(store, run.id, RunState.CANCELLED, verdict="")
    assert findings() == []
