from annotation_store.reviews import skip
from annotation_store.work_queue import next_image


def test_an_empty_queue_has_no_next_image(store, world):
    world.take_in("not drafted.png")
    assert next_image(store) is None
    assert next_image(store, after=1) is None


def test_open_images_come_in_order_of_arrival_and_the_last_leads_to_the_first(store, world):
    first, second, third, fourth = world.draft("a.png", "b.png", "c.png", "d.png")
    world.stroke(third.id, "key")  # in correction: still open
    skip(store, second.id, reason="", by="keiko")
    world.approve(fourth.id)
    assert next_image(store).id == first.id
    assert next_image(store, after=first.id).id == third.id
    assert next_image(store, after=second.id).id == third.id
    assert next_image(store, after=third.id).id == first.id
    assert next_image(store, after=999).id == first.id


def test_the_only_open_image_follows_itself(store, world):
    (image,) = world.draft("a.png")
    assert next_image(store, after=image.id).id == image.id
