import io
import shutil

import pypdf
import pytest
from small_images import draft

from annotation_store.kinds import PilotArm, Role
from annotation_store.learning.what_serves import live_model
from annotation_store.pilots.pilots import pilot_images
from annotation_store.projects import create_project
from studio.sign_in.visitor import Visitor

ROUTE = "/api/v1/pilots"
WANTED = {"project": 1, "name": "Autumn", "photos": 12, "blank_share": 0.5}


@pytest.fixture
def drafted(studio):
    """Twelve photos that a model has drafted."""
    model = live_model(studio.store, 1)
    return [draft(studio.store, f"cup{number * 'o'}.png", number, model_id=model.id) for number in range(12)]


@pytest.fixture
def pilot(client, drafted):
    return client.post(ROUTE, json=WANTED).json()["id"]


@pytest.fixture
def elsewhere(studio, come_as):
    """Somebody who leads another project."""
    project = create_project(studio.store, "Boots", by="ren")
    lead = Visitor("mika", "mika", role=Role.LEAD, projects=frozenset({project.id}), person_id=3)
    return lambda: come_as(lead)


def test_a_pilot_is_begun_with_photos_by_lot_and_told_with_how_far_it_is(client, studio, drafted):
    begun = client.post(ROUTE, json=WANTED)
    assert begun.status_code == 201
    told = begun.json()
    assert (told["name"], told["state"], told["images"], told["approved"]) == ("Autumn", "running", 12, 0)
    arms = [each.arm for each in pilot_images(studio.store, told["id"])]
    assert arms.count(PilotArm.BLANK) == 6
    assert client.get(ROUTE).json()["pilots"] == [told] == [client.get(f"{ROUTE}/{told['id']}").json()]


def test_chosen_photos_are_taken_as_they_are_chosen(client, studio, drafted):
    chosen = [image.id for image in drafted[:10]]
    told = client.post(ROUTE, json={**WANTED, "images": chosen}).json()
    assert sorted(each.image_id for each in pilot_images(studio.store, told["id"])) == chosen


def test_too_few_photos_are_refused_in_words(client, studio):
    refused = client.post(ROUTE, json=WANTED)
    assert refused.status_code == 422
    assert "A pilot of 0 photos cannot be" in refused.json()["detail"]


def test_a_running_pilot_has_no_report_so_that_nobody_stops_on_a_lucky_day(client, pilot):
    for form in ("", ".html", ".pdf", ".csv"):
        refused = client.get(f"{ROUTE}/{pilot}/report{form}")
        assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition"), form
        assert "finish it" in refused.json()["detail"]


def test_a_finished_pilot_has_its_report_as_figures_html_pdf_and_csv(client, pilot):
    assert client.post(f"{ROUTE}/{pilot}/finish").json()["state"] == "finished"
    assert client.get(f"{ROUTE}/{pilot}/report").json()["missing"]["unfinished"] != []
    html = client.get(f"{ROUTE}/{pilot}/report.html", headers={"Accept-Language": "ja"})
    assert html.headers["content-type"].startswith("text/html")
    assert "判断するには写真が足りません" in html.text
    pdf = client.get(f"{ROUTE}/{pilot}/report.pdf")
    assert pdf.headers["content-disposition"] == f'attachment; filename="pilot-{pilot}.pdf"'
    assert "Too few photos to tell" in pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert len(client.get(f"{ROUTE}/{pilot}/report.csv").text.splitlines()) == 13


def test_what_is_over_cannot_end_once_more(client, pilot):
    assert client.post(f"{ROUTE}/{pilot}/call-off").json()["state"] == "called_off"
    assert client.post(f"{ROUTE}/{pilot}/finish").status_code == 409
    assert client.get(f"{ROUTE}/{pilot}/report.pdf").json()["detail"].endswith("was called off and has no report.")


def test_pictures_that_are_lost_leave_a_report_without_them(client, studio, drafted):
    pilot = client.post(ROUTE, json=WANTED).json()["id"]
    client.post(f"{ROUTE}/{pilot}/finish")
    shutil.rmtree(studio.store.folder / "blobs")
    assert client.get(f"{ROUTE}/{pilot}/report.html").status_code == 200


def test_pilots_of_others_are_not_there(client, pilot, elsewhere):
    elsewhere()
    assert client.get(ROUTE).json() == {"pilots": []}
    for method, path in (("GET", ""), ("GET", "/report"), ("GET", "/report.pdf"), ("POST", "/finish")):
        assert client.request(method, f"{ROUTE}/{pilot}{path}").status_code == 404, path
    assert client.post(f"{ROUTE}/{pilot}/call-off").status_code == 404
    assert client.post(ROUTE, json=WANTED).status_code == 404
