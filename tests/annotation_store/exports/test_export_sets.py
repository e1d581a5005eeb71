import pytest

from annotation_store import schema
from annotation_store.errors import InvalidExportError, NotFoundError, NothingToExportError
from annotation_store.events import recent_events
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, freeze, get_export, list_exports, list_items
from annotation_store.gallery import get_image
from annotation_store.learning.model_registry import register_shipped
from annotation_store.reviews import reopen
from annotation_store.revisions import get_revision


def frozen(store, options=None, name="", **wish):
    return freeze(store, ExportWish(**wish), options or ExportOptions(), by="mika", name=name)


def names(store, **wish):
    return [item.facts["name"] for item in list_items(store, frozen(store, **wish).export.id)]


def test_only_approved_images_are_in_it_and_the_others_are_named(world, store):
    first, second, third = world.draft("a.png", "b.png", "c.png")
    world.approve(first.id)
    world.approve(third.id)
    reopen(store, third.id, by="ren")
    assert names(store) == ["a.png"]
    assert frozen(store, image_ids=[third.id, first.id, second.id]).left_out == ("b.png", "c.png")


def test_names_of_other_projects_are_not_told(world, store):
    first, second, third = world.draft("a.png", "b.png", "secret.png")
    world.approve(first.id)
    world.set_image(third.id, project_id=world.add_project("Glass"))
    every = [first.id, second.id, third.id]
    assert frozen(store, image_ids=every, project_ids=[1]).left_out == ("b.png",)
    assert frozen(store, image_ids=every).left_out == ("b.png", "secret.png")


def test_without_an_approved_image_there_is_no_export(world, store):
    (image,) = world.draft("a.png")
    for wish in ({}, {"image_ids": [image.id]}, {"image_ids": []}, {"project_ids": []}, {"tag": "hair"}):
        with pytest.raises(NothingToExportError, match="approve"):
            frozen(store, **wish)
    assert list_exports(store) == ()


def test_what_is_approved_later_changes_nothing_in_it(world, store):
    (image,) = world.draft("a.png")
    world.approve(image.id)
    export = frozen(store).export
    before = list_items(store, export.id)
    reopen(store, image.id, by="ren")
    world.stroke(image.id, "k")
    world.approve(image.id)
    assert list_items(store, export.id) == before
    assert list_items(store, frozen(store).export.id)[0].revision_id != before[0].revision_id


def test_it_tells_where_everything_comes_from(world, store):
    model = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    (image,) = world.draft("shoe_1.png", model_id=model.id)
    world.stroke(image.id, "k", by="keiko")
    world.approve(image.id, by="ren")
    with store.database.write() as session:
        session.add_all([schema.ImageTag(image_id=image.id, tag=tag) for tag in ("lace", "hair")])
    (item,) = list_items(store, frozen(store).export.id)
    facts = dict(item.facts)
    assert facts.pop("approved_at").endswith("+00:00")
    assert facts == {
        "name": "shoe_1.png",
        "image_sha256": image.sha256,
        "width": 40,
        "height": 30,
        "bit_depth": 8,
        "subject": "shoe",
        "tags": ["hair", "lace"],
        "project": "General",
        "revision": 2,
        "model": "compact",
        "licence": "MIT",
        "drafter": "backdrop",
        "author": "ren",
        "hands": ["keiko"],
        "approved_by": "ren",
    }


def test_names_that_clash_get_files_of_their_own_in_the_order_of_names(world, store):
    for image in world.draft("b.png", "a.png", "A.png"):
        world.approve(image.id)
    assert [item.stem for item in list_items(store, frozen(store).export.id)] == ["A", "a-2", "b"]


def test_one_can_wish_for_a_project_or_a_tag(world, store):
    first, second = world.draft("a.png", "b.png")
    for image in (first, second):
        world.approve(image.id)
    other = world.add_project("Glass")
    world.set_image(second.id, project_id=other)
    with store.database.write() as session:
        session.add(schema.ImageTag(image_id=first.id, tag="hair"))
    assert names(store, project_ids=[other]) == ["b.png"]
    assert names(store, tag="hair") == ["a.png"]
    assert names(store) == ["a.png", "b.png"]


def test_what_left_already_can_be_left_out(world, store):
    first, second = world.draft("a.png", "b.png")
    world.approve(first.id)
    frozen(store)
    world.approve(second.id)
    assert names(store, only_new=True) == ["b.png"]
    with pytest.raises(NothingToExportError):
        frozen(store, only_new=True)
    reopen(store, first.id, by="ren")
    world.stroke(first.id, "k")
    world.approve(first.id)
    assert names(store, only_new=True) == ["a.png"]


def test_an_export_has_a_name_or_its_day(world, store):
    world.approve(world.draft("a.png")[0].id)
    export = frozen(store).export
    assert export.name == f"{export.created_at:%Y-%m-%d}"
    assert frozen(store, name=" 夏 ").export.name == "夏"
    with pytest.raises(InvalidExportError, match="shorten"):
        frozen(store, name="x" * 200)


def test_what_cannot_be_is_refused_before_anything_is_kept(world, store):
    world.approve(world.draft("a.png")[0].id)
    with pytest.raises(InvalidExportError, match="no format 'gif'"):
        frozen(store, ExportOptions(formats=("gif",)))
    assert list_exports(store) == ()


def test_a_photo_that_a_format_cannot_hold_is_told_before_anything_is_written(world, store):
    (image,) = world.draft("panorama.png")
    world.approve(image.id)
    world.set_image(image.id, width=20_000)
    with pytest.raises(InvalidExportError, match=r"“panorama\.png” is 20000 pixels long, and webp takes 16383"):
        frozen(store, ExportOptions(formats=("alpha", "webp")))
    assert frozen(store, ExportOptions(formats=("webp",), longest_side=16_000)).export.image_count == 1


def test_a_background_that_was_never_sent_is_told(world, store, photo):
    world.approve(world.draft("a.png")[0].id)
    with pytest.raises(InvalidExportError, match="send it again"):
        frozen(store, ExportOptions(ground="ab" * 32))
    with pytest.raises(InvalidExportError, match="send it again"):
        frozen(store, ExportOptions(ground=store.blobs.put(b"no photo")))
    ground = store.blobs.put(photo(99))
    assert frozen(store, ExportOptions(ground=ground), project_ids=[1]).export.id == 1


def test_a_picture_of_another_project_is_no_background(world, store):
    first, second = world.draft("a.png", "b.png")
    world.approve(first.id)
    world.set_image(second.id, project_id=world.add_project("Glass"))
    drafted = get_revision(store, get_image(store, second.id).head_revision_id)
    for name in (second.sha256, drafted.alpha_blob):
        with pytest.raises(InvalidExportError, match="send it again"):
            frozen(store, ExportOptions(ground=name), project_ids=[1])
        assert frozen(store, ExportOptions(ground=name)).export.image_count == 1
    assert frozen(store, ExportOptions(ground=first.sha256), project_ids=[1]).export.image_count == 1


def test_people_see_the_exports_of_their_projects_alone(world, store):
    first, second = world.draft("a.png", "b.png")
    for image in (first, second):
        world.approve(image.id)
    other = world.add_project("Glass")
    world.set_image(second.id, project_id=other)
    one, both = frozen(store, project_ids=[1]).export, frozen(store).export
    assert list_exports(store) == (both, one)
    assert list_exports(store, project_ids={1}) == (one,)
    assert list_exports(store, before=both.id, limit=5) == (one,)
    assert list_exports(store, limit=1) == (both,)


def test_the_trail_tells_of_it(world, store):
    world.approve(world.draft("a.png")[0].id)
    export = frozen(store).export
    event = recent_events(store, 1)[0]
    assert (event.actor, event.action) == ("mika", "export.frozen")
    assert event.data == {"export_set_id": export.id, "project_ids": [1], "images": 1}


def test_an_export_that_there_is_not_is_told(store):
    for ask in (get_export, list_items):
        with pytest.raises(NotFoundError, match="no export number 7"):
            ask(store, 7)
