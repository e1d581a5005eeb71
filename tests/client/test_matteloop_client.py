import json
import typing
import zipfile
from pathlib import Path

import httpx
import matteloop_client
import numpy as np
import pytest
from matteloop_client import Matteloop, ProblemError
from pydantic import BaseModel
from small_images import approve, disc, draft, png, submit
from small_worth import finish, raise_alarm

from annotation_store import notes
from annotation_store.learning import training_runs
from studio.api import (
    comparison_contracts,
    contracts,
    exports,
    gallery,
    insights,
    me,
    models,
    photos,
    planes,
    projects,
    rate_card,
    reviews,
    serving,
    tags,
    trainings,
    webhooks,
)
from studio.api import notes as note_routes
from studio.comparing import prepare_comparisons

CUP = png(disc(1)[0])
STROKE = {"tool": "brush", "ink": "unknown", "radius": 4, "points": [[40, 40]]}


def test_photos_are_sent_and_found_again(api, tmp_path):
    bag = tmp_path / "bag_1.png"
    bag.write_bytes(png(disc(2)[0]))
    report = api.upload([("cup_1.png", CUP), bag, ("note.txt", b"hello")])
    assert [image["name"] for image in report["accepted"]] == ["cup_1.png", "bag_1.png"]
    assert [file["name"] for file in report["rejected"]] == ["note.txt"]
    assert [image["name"] for image in api.images(states=["waiting"], search="cup")] == ["cup_1.png"]
    assert api.original(report["accepted"][0]["id"]) == CUP
    assert api.counts()["waiting"] == 2


def test_an_image_is_corrected_and_approved(api, studio):
    image = draft(studio.store, "cup_1.png", 1)
    seen = api.image(image.id)
    change = api.edits(image.id, [STROKE], revision=seen["revision"], position=seen["position"])
    assert (change["position"], change["state"]) == (1, "in_correction")
    assert api.alpha(image.id, bits=16)[:4] == api.trimap(image.id)[:4] == b"\x89PNG"
    assert api.approve(image.id) == "approved"
    assert next(api.history(image.id))["what"] == "made"
    assert api.reopen(image.id) == "in_correction"


def test_lists_are_read_to_their_end(api, studio):
    image = draft(studio.store, "cup_1.png", 1)
    for x in range(70):
        notes.add_note(studio.store, image.id, x=x, y=0, text="look", by="keiko")
    assert [note["x"] for note in api.notes(image.id)] == list(range(70))


def test_reviews_queue_models_and_trainings(api, studio):
    submit(studio.store, "bag_1.png", 2)
    (waiting,) = api.reviews()
    assert api.return_to_operator(waiting["id"], "the strap") == "in_correction"
    assert api.next_image() == waiting["id"]
    api.leave(waiting["id"])
    assert {model["name"] for model in api.models()} >= {"compact"}
    run = training_runs.request(studio.store, by="keiko")
    assert api.training(run.id)["state"] == "queued"
    assert api.cancel_training(run.id)["state"] == "cancelled"
    assert [training["id"] for training in api.trainings()] == [run.id]
    assert [project["name"] for project in api.projects()] == ["General"]
    assert api.me()["name"] == "keiko"


def test_an_export_is_frozen_and_saved_as_a_whole(api, studio, tmp_path):
    approve(studio.store, "cup_1.png", 1)
    ground = api.ground(CUP)
    export = api.export(name="Spring", formats=["alpha", "composite"], ground=ground)
    assert [each["name"] for each in api.exports()] == ["Spring"]
    api.save_export(export["id"], tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["alpha/cup_1.png", "composite/cup_1.png", "manifest.json"]
    assert [path.name for path in tmp_path.glob("out*")] == ["out.zip"]
    with pytest.raises(ProblemError) as refused:
        api.save_export(7, tmp_path / "none.zip")
    assert (refused.value.status, list(tmp_path.glob("none*"))) == (404, [])


def test_a_matte_from_elsewhere_is_put_in_place(api, studio):
    image = draft(studio.store, "cup_1.png", 1)
    _, trimap, alpha = disc(1)
    done = api.put_alpha(image.id, png(np.rint(alpha * 200).astype(np.uint8)))
    assert (done["state"], done["is_new"]) == ("ready", True)
    with pytest.raises(ProblemError) as stale:
        api.put_trimap(image.id, png(trimap), revision=1)
    assert stale.value.status == 409
    assert api.put_trimap(image.id, png(trimap))["revision"] > done["revision"]


def test_images_are_tagged(api, studio):
    image = draft(studio.store, "cup_1.png", 1)
    assert api.set_tags(image.id, ["glass", "summer"]) == ["glass", "summer"]
    assert api.tags() == [{"tag": "glass", "images": 1}, {"tag": "summer", "images": 1}]


def test_an_address_is_told_what_happens_until_it_is_removed(api):
    hook = api.add_webhook("https://shop.example/hooks", ["approved"])
    assert hook["secret"].startswith("whsec_")
    assert [each["id"] for each in api.webhooks()] == [hook["id"]]
    assert list(api.deliveries(hook["id"])) == []
    api.remove_webhook(hook["id"])
    assert api.webhooks() == []


def test_a_refusal_is_raised_with_its_kind(api, studio):
    with pytest.raises(ProblemError) as caught:
        api.image(999)
    assert (caught.value.status, caught.value.code) == (404, "not_found")
    assert str(caught.value).startswith("There is no image number 999")
    image = draft(studio.store, "cup_1.png", 1)
    with pytest.raises(ProblemError) as caught:
        api.edits(image.id, [STROKE], revision=api.image(image.id)["revision"], position=7)
    assert caught.value.extras["position"] == 0


class Scripted(httpx.BaseTransport):
    """Answers one after the other, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def waited(monkeypatch):
    """The seconds that the client has slept, which take no time."""
    seconds: list[float] = []
    monkeypatch.setattr(matteloop_client.time, "sleep", seconds.append)
    return seconds


def problem(status, code="store_busy", **headers):
    return httpx.Response(status, json={"detail": "Later.", "code": code}, headers=headers)


def test_what_may_pass_is_sent_again_under_the_same_key(waited):
    lost, done = httpx.ReadError("gone"), httpx.Response(202, json={"state": "waiting"})
    script = Scripted(problem(503), lost, problem(409, "key_in_use"), done)
    assert Matteloop(transport=script).draft(1) == "waiting"
    assert len({request.headers["idempotency-key"] for request in script.asked}) == 1
    assert waited == [0.5, 1.0, 2.0]


def test_each_change_has_a_key_of_its_own(waited):
    script = Scripted(*[httpx.Response(202, json={"state": "waiting"}) for _ in range(2)])
    client = Matteloop(transport=script)
    client.draft(1), client.draft(1)
    assert len({request.headers["idempotency-key"] for request in script.asked}) == 2


def test_a_file_is_sent_anew_from_its_beginning(waited, tmp_path):
    cup = tmp_path / "cup.png"
    cup.write_bytes(CUP)
    script = Scripted(problem(507), httpx.Response(200, json={"accepted": [], "duplicates": [], "rejected": []}))
    Matteloop(transport=script).upload([cup])
    assert all(CUP in request.content for request in script.asked)
    assert len(script.asked) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_what_will_not_pass_is_told_at_once(waited, status):
    script = Scripted(problem(status, "other"))
    with pytest.raises(ProblemError):
        Matteloop(transport=script).me()
    assert (len(script.asked), waited) == (1, [])


def test_it_gives_up_after_its_tries(waited):
    with pytest.raises(ProblemError):
        Matteloop(transport=Scripted(problem(503), problem(503)), tries=2).me()
    with pytest.raises(httpx.ConnectError):
        Matteloop(transport=Scripted(httpx.ConnectError("no"), httpx.ConnectError("no")), tries=2).me()


def test_it_waits_as_long_as_it_is_asked_to(waited):
    script = Scripted(problem(429, "too_many_tries", **{"Retry-After": "7"}), httpx.Response(200, json={}))
    Matteloop(transport=script).me()
    assert waited == [7.0]


def test_the_page_of_a_proxy_is_a_problem_too(waited):
    with pytest.raises(ProblemError, match="404 Not Found"):
        Matteloop(transport=Scripted(httpx.Response(404, text="<html>"))).me()


def test_the_token_goes_along():
    script = Scripted(httpx.Response(200, json={}))
    Matteloop("http://studio.example/", token="mloop_x", transport=script).me()  # noqa: S106
    assert script.asked[0].headers["authorization"] == "Bearer mloop_x"
    assert str(script.asked[0].url) == "http://studio.example/api/v1/me"


TWINS: dict[type, type[BaseModel]] = {
    matteloop_client.Me: me.MeOut,
    matteloop_client.Project: projects.ProjectDetailsOut,
    matteloop_client.Image: gallery.CardOut,
    matteloop_client.Document: contracts.DocumentOut,
    matteloop_client.Duplicate: photos.DuplicateOut,
    matteloop_client.Rejected: photos.RejectedOut,
    matteloop_client.Intake: photos.IntakeOut,
    matteloop_client.Change: contracts.ChangeOut,
    matteloop_client.Note: note_routes.NoteOut,
    matteloop_client.Submission: reviews.SubmissionOut,
    matteloop_client.Model: models.ModelOut,
    matteloop_client.Serves: serving.ServesOut,
    matteloop_client.Training: trainings.TrainingOut,
    matteloop_client.Export: exports.ExportOut,
    matteloop_client.Put: planes.PutOut,
    matteloop_client.TagCount: tags.TagCountOut,
    matteloop_client.InsightFigure: insights.InsightFigureOut,
    matteloop_client.InsightColumn: insights.InsightColumnOut,
    matteloop_client.InsightTable: insights.InsightTableOut,
    matteloop_client.Insights: insights.InsightsOut,
    matteloop_client.DriftAlarm: insights.DriftAlarmOut,
    matteloop_client.PriceClass: rate_card.PriceClassIO,
    matteloop_client.RateCard: rate_card.RateCardIO,
    matteloop_client.Webhook: webhooks.WebhookOut,
    matteloop_client.Comparison: comparison_contracts.ComparisonOut,
    matteloop_client.Compared: comparison_contracts.ComparedOut,
    matteloop_client.NextPair: comparison_contracts.NextPairOut,
    matteloop_client.NewWebhook: webhooks.NewWebhookOut,
    matteloop_client.Delivery: webhooks.DeliveryOut,
}


@pytest.mark.parametrize("told", TWINS, ids=lambda kind: kind.__name__)
def test_the_client_knows_every_field_of_an_answer(told):
    assert set(typing.get_type_hints(told)) == set(TWINS[told].model_fields)


def test_figures_are_asked_for_and_the_card_and_the_normal_are_changed(api, studio):
    finish(studio.store, 1, tag="hair")
    number = raise_alarm(studio.store)
    assert api.insights("time", tag="hair", by="model")["images"] == 1
    card = api.rate_card()
    assert api.replace_rate_card({**card, "watts": 300.0})["watts"] == 300.0
    assert [alarm["id"] for alarm in api.drift_alarms(project=1)] == [number]
    assert api.accept_drift_alarm(number)["ended_by"] == "keiko"
    assert api.drift_alarms() == []
    assert len(api.drift_alarms(ended=True)) == 1


def test_two_mattes_are_compared_blindly(api, studio):
    image = draft(studio.store, "cup_1.png", 1)
    seen = api.image(image.id)
    api.edits(image.id, [STROKE], revision=seen["revision"], position=seen["position"])
    api.approve(image.id)
    asked = api.compare(1, {"source": "approved"}, {"source": "draft"}, name="Hair", grounds=["#ffffff"])
    assert asked["state"] == "preparing"
    prepare_comparisons(studio.store, device="cpu")
    assert [(each["name"], each["state"]) for each in api.comparisons(project=1)] == [("Hair", "open")]
    pair = api.next_pair(asked["id"])
    after = api.prefer(asked["id"], pair["pair"], "left", confidence=3, ground="#ffffff")
    assert (pair["seen"], after["seen"], after["pair"]) == (0, 1, None)
    assert api.comparison(asked["id"])["results"]["answers"] == 1
    assert api.comparison_csv(asked["id"]).splitlines()[0] == "image,name,first,second,neither"
    assert api.close_comparison(asked["id"])["state"] == "closed"


def test_every_kind_of_answer_has_its_twin():
    kinds = {kind for kind in vars(matteloop_client).values() if typing.is_typeddict(kind)}
    assert kinds == set(TWINS)


def test_it_is_one_file_that_needs_httpx_alone():
    folder = Path(matteloop_client.__file__).parent
    assert [path.name for path in folder.glob("*.py")] == ["matteloop_client.py"]
    source = (folder / "matteloop_client.py").read_text(encoding="utf-8")
    assert "annotation_store" not in source
    assert json.dumps("httpx>=0.28,<1") in (folder / "pyproject.toml").read_text(encoding="utf-8")
