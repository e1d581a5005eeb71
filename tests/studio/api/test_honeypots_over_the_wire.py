"""Nobody can tell from what the studio answers that an image is a finished one, served again."""

import pytest
from small_images import approve, draft

from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings
from annotation_store.queue.honeypots import choose
from annotation_store.queue.pull import pull


@pytest.fixture
def copy(studio):
    choose(studio.store, approve(studio.store, "cup_1.png", 1).id, by="ren")
    change_settings(studio.store, FIRST_PROJECT, ProjectSettings(honeypot_share=0.5), by="ren")
    draft(studio.store, "cup_2.png", 2)
    image = pull(studio.store, project_ids=None, by="mia", draw=lambda: 0.0).image
    assert image.honeypot_of_id is not None
    return image


@pytest.mark.parametrize("route", ["/images/{}", "/images/{}/notes", "/images/{}/slips", "/images/{}/doubt"])
def test_what_is_told_of_a_copy_is_what_is_told_of_any_image(client, copy, route):
    address = f"/api/v1{route}"
    told, of_any = (client.get(address.format(number)) for number in (copy.id, copy.id - 1))
    assert told.status_code == of_any.status_code == 200
    assert type(told.json()) is type(of_any.json())
    if isinstance(told.json(), dict):
        assert told.json().keys() == of_any.json().keys()
    assert "honeypot" not in told.text


def test_a_copy_is_in_no_list_of_images(client, copy):
    images = client.get("/api/v1/images").json()["images"]
    assert [image["name"] for image in images] == ["cup_2.png", "cup_1.png"]
    assert sum(client.get("/api/v1/counts").json().values()) == 2
