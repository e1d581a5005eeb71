import pytest
from small_images import approve, disc, png

from annotation_store.kinds import Part, Role
from annotation_store.learning import model_registry, what_serves
from annotation_store.learning.judgements import NewJudgement, keep_judgements
from annotation_store.projects import create_project
from studio.sign_in.visitor import Visitor

PICTURE = png(disc(1)[0])


@pytest.fixture
def judged(studio):
    """Addresses of pictures: of an image that has one, and of one that has none."""
    images = [approve(studio.store, f"cup_{seed}.png", seed) for seed in (1, 2)]
    live = what_serves.live_model(studio.store)
    candidate = model_registry.register_candidate(
        studio.store,
        architecture="compact",
        weights=b"weights",
        parent_id=live.id,
        run_id=None,
        metrics={},
        licence="test",
        code_version="test",
    )
    keep_judgements(
        studio.store,
        candidate.id,
        [
            NewJudgement(image.id, image.project_id, "", Part.VALIDATION, live.id, {}, picture)
            for image, picture in zip(images, (PICTURE, None), strict=True)
        ],
    )
    return [f"/api/v1/models/{candidate.id}/judgements/{image.id}/picture" for image in images]


def come(role, *projects):
    return Visitor(name="mika", display_name="Mika", role=role, projects=frozenset(projects), person_id=3)


def test_a_lead_sees_the_picture_of_their_projects_image(client, judged, come_as):
    come_as(come(Role.LEAD, 1))
    answer = client.get(judged[0])
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-type"] == "image/png"
    assert client.get(judged[0], headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_an_image_without_a_picture_and_one_that_judged_nothing_are_not_found(client, studio, judged):
    assert "only the worst and the best" in client.get(judged[1]).json()["detail"]
    other = approve(studio.store, "bowl_1.png", 3)
    answer = client.get(judged[0].replace("/judgements/1/", f"/judgements/{other.id}/"))
    assert answer.status_code == 404
    assert "was not judged by image" in answer.json()["detail"]


def test_the_image_of_another_project_is_not_there(client, studio, judged, come_as):
    come_as(come(Role.LEAD, create_project(studio.store, "Boots", by="ren").id))
    assert client.get(judged[0]).status_code == 404


def test_who_leads_nothing_may_not_see_it(client, judged, come_as):
    come_as(come(Role.REVIEWER, 1))
    assert client.get(judged[0]).status_code == 403
