"""A whole pilot, on SQLite and on PostgreSQL."""

from annotation_store.kinds import PilotArm
from annotation_store.learning.model_registry import register_shipped
from annotation_store.money.rate_card import STARTING_CARD
from annotation_store.pilots.choosing import candidates, propose
from annotation_store.pilots.pilot_report import PilotReport
from annotation_store.pilots.pilots import begin_pilot, finish_pilot, pilot_images
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.pull import pull
from annotation_store.revisions import list_revisions


def test_a_pilot_is_lived_from_the_choice_of_its_photos_to_its_report(store, world):
    model = register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact.safetensors", licence="Apache-2.0"
    )
    world.draft(*(f"cup{number * 'o'}.png" for number in range(11)), model_id=model.id)
    ids = propose(candidates(store, FIRST_PROJECT), 10)
    pilot = begin_pilot(store, FIRST_PROJECT, name="Cups", image_ids=ids, blank_share=0.4, seed=1, by="ren")
    places = pilot_images(store, pilot.id)
    for place in places[:-2]:
        given = pull(store, project_ids=[FIRST_PROJECT], by="keiko")
        assert given is not None
        assert given.image.id == place.image_id
        world.stroke(place.image_id, "a")
        world.approve(place.image_id, by="keiko")
    done = finish_pilot(store, pilot.id, by="ren", card=STARTING_CARD)
    report = PilotReport.from_json(done.report or {})
    assert report.drafted.approved + report.blank.approved == 8
    assert len(report.missing.unfinished) == 2
    for place in places[-2:]:
        revisions = list_revisions(store, place.image_id)
        assert len(revisions) == (3 if place.arm is PilotArm.BLANK else 1)
        assert revisions[-1].model_version_id == model.id
