"""Who is given which image, in which order, and whose it then is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from annotation_store import gallery, schema
from annotation_store.kinds import Pick, QueuePolicy
from annotation_store.projects import (
    FIRST_PROJECT,
    ProjectSettings,
    archive_project,
    change_settings,
    create_project,
    get_project,
)
from annotation_store.queue import order
from annotation_store.queue.assignment import assign, unassign
from annotation_store.queue.leases import lease_of, list_leases, release, take
from annotation_store.queue.pull import pull
from annotation_store.reviews import skip
from annotation_store.states import ImageState


def never():
    return 0.999


@pytest.fixture
def ask(store):
    """``ask("keiko", after=3)``: the number of the image that she is given, None if there is none."""

    def ask(by, **options):
        pulled = pull(store, **({"project_ids": [FIRST_PROJECT], "draw": never} | options), by=by)
        return None if pulled is None else pulled.image.id

    return ask


@pytest.fixture
def empty(store, ask):
    """``empty("keiko")``: the numbers in the order in which she is given them, each put aside before the next."""

    def empty(by, **options):
        given, last = [], None
        while (image_id := ask(by, after=last, **options)) is not None:
            given.append(image_id)
            skip(store, image_id, reason="", by=by)
            last = image_id
        return given

    return empty


@pytest.fixture
def set_up(store):
    """``set_up(policy=...)``: change settings of the first project, or of another."""

    def set_up(project_id=FIRST_PROJECT, **changes):
        settings = ProjectSettings.of(get_project(store, project_id))
        change_settings(store, project_id, replace(settings, **changes), by="ren")

    return set_up


def test_an_empty_queue_gives_nothing(store, ask, shelve):
    shelve("waiting", state=ImageState.WAITING)
    shelve("approved", state=ImageState.APPROVED)
    assert ask("keiko") is None
    assert ask("keiko", after=404) is None
    assert ask("keiko", project_ids=[]) is None


def test_what_is_given_is_leased_in_the_same_breath(store, clock, shelve):
    (image_id,) = shelve("a")
    pulled = pull(store, project_ids=None, by="keiko", minutes=7)
    assert pulled.image == gallery.get_image(store, image_id)
    assert pulled.lease == lease_of(store, image_id)
    assert (pulled.lease.person, pulled.lease.taken_at) == ("keiko", clock.now)
    assert (pulled.lease.expires_at - clock.now).total_seconds() == 7 * 60


def test_first_in_is_first_out(empty, shelve, set_up):
    ids = shelve("c", "a", "b")
    set_up(policy=QueuePolicy.FIRST_IN)
    assert empty("keiko") == ids


@pytest.mark.parametrize(
    ("policy", "figure"), [(QueuePolicy.HARDEST_FIRST, "difficulty"), (QueuePolicy.DIVERSE, "novelty")]
)
def test_the_largest_figure_comes_first_ties_by_arrival_and_unknown_ones_last(empty, shelve, set_up, policy, figure):
    figures = [0.3, None, 0.9, 0.3, 0.0, None, 0.3, 0.95]
    ids = [shelve(f"{number}", **{figure: value})[0] for number, value in enumerate(figures)]
    set_up(policy=policy)
    assert empty("keiko") == [ids[place] for place in (7, 2, 0, 3, 6, 4, 1, 5)]


def test_what_is_in_others_hands_is_passed_over_until_it_is_let_go(store, ask, shelve, clock):
    one, two, three = shelve("a", "b", "c")
    assert ask("keiko") == one
    assert ask("ren") == two
    assert ask("mia") == three
    assert ask("joe") is None
    release(store, two, by="ren")
    assert ask("joe") == two
    clock.advance(60)
    assert ask("ren") == one


def test_a_person_who_comes_back_is_given_what_they_have_in_hand_longest_held_first(ask, shelve, clock):
    one, two, _ = shelve("a", "b", "c")
    assert ask("keiko") == one
    clock.advance(1)
    assert ask("keiko", after=one) == two
    assert ask("keiko") == one
    assert ask("keiko", after=two) == one


def test_asking_twice_for_what_comes_next_gives_the_same_and_does_not_eat_the_queue(store, ask, shelve):
    one, two, three = shelve("a", "b", "c")
    assert ask("keiko") == one
    assert [ask("keiko", after=one) for _ in range(3)] == [two, two, two]
    assert [lease.image_id for lease in list_leases(store)] == [one, two]
    skip(store, one, reason="", by="keiko")
    assert [ask("keiko", after=two) for _ in range(2)] == [three, three]


def test_the_image_at_hand_is_never_the_next_one(ask, shelve):
    (only,) = shelve("a")
    assert ask("keiko") == only
    assert ask("keiko", after=only) is None
    assert ask("keiko") == only


def walk(ask, store, person, steps):
    """What somebody is given who goes on every time without a decision."""
    seen = []
    for _ in range(steps):
        seen.append(ask(person, after=seen[-1] if seen else None, passed=seen))
        release(store, seen[-1], by=person)
    return seen


def test_who_goes_on_is_led_through_everything_before_anything_comes_again(ask, store, shelve):
    first, second, third = shelve("a", "b", "c")
    assert walk(ask, store, "keiko", 4) == [first, second, third, first]


def test_who_goes_on_from_the_shots_of_a_subject_or_from_what_is_assigned_is_led_on_to_others(ask, store, shelve):
    shots = shelve("cup_1", "cup_2", product_group="cup")
    own = shelve("own_1", "own_2", assigned_to="keiko")
    (other,) = shelve("hat")
    assert walk(ask, store, "keiko", 6) == [*own, *shots, other, own[0]]


def test_what_a_person_has_in_hand_is_not_given_once_it_is_closed(store, ask, shelve, clock):
    (closed,) = shelve("a", state=ImageState.APPROVED)
    (image_id,) = shelve("b")
    with store.database.write() as session:
        end = clock.now + timedelta(minutes=5)
        session.add(schema.Lease(image_id=closed, person="keiko", taken_at=clock.now, expires_at=end))
    assert ask("keiko") == image_id


def test_what_is_assigned_comes_before_all_else_by_the_policy_and_to_nobody_else(store, ask, empty, shelve, set_up):
    set_up(policy=QueuePolicy.HARDEST_FIRST)
    ids = [shelve(f"{number}", difficulty=number)[0] for number in range(6)]
    assign(store, [ids[0], ids[2], ids[3]], to="keiko", by="ren")
    assert empty("mia") == [ids[5], ids[4], ids[1]]
    assert ask("mia") is None
    assert empty("keiko") == [ids[3], ids[2], ids[0]]


def test_what_is_assigned_no_more_is_anybodys(store, ask, shelve):
    (image_id,) = shelve("a", assigned_to="keiko")
    assert ask("mia") is None
    unassign(store, [image_id], by="ren")
    assert ask("mia") == image_id


def test_the_shots_of_a_subject_follow_each_other_whatever_the_policy_would_have(empty, shelve, set_up):
    set_up(policy=QueuePolicy.HARDEST_FIRST)
    shoes = [shelve(f"shoe_{shot}", product_group="shoe", difficulty=d)[0] for shot, d in enumerate((1, 9, 2))]
    bags = [shelve(f"bag_{shot}", product_group="bag", difficulty=d)[0] for shot, d in enumerate((3, 8))]
    assert empty("keiko") == [shoes[1], shoes[2], shoes[0], bags[1], bags[0]]


def test_another_persons_subject_is_passed_over_while_anything_else_is_left(ask, shelve):
    shoes = shelve("shoe_1", "shoe_2", "shoe_3", product_group="shoe")
    (bag,) = shelve("bag_1")
    assert ask("keiko") == shoes[0]
    assert ask("mia") == bag
    assert ask("ren") == shoes[1]


def test_the_next_shot_is_left_to_the_other_person_who_works_on_the_subject(store, ask, shelve):
    shoes = shelve("shoe_1", "shoe_2", "shoe_3", product_group="shoe")
    (bag,) = shelve("bag_1")
    assert ask("keiko") == shoes[0]
    take(store, shoes[1], by="mia")
    assert ask("keiko", after=shoes[0]) == bag


def test_the_next_shot_is_not_one_that_is_assigned_to_somebody_else(ask, shelve):
    (first,) = shelve("shoe_1", product_group="shoe")
    shelve("shoe_2", product_group="shoe", assigned_to="mia")
    (third,) = shelve("shoe_3", product_group="shoe")
    assert ask("keiko") == first
    assert ask("keiko", after=first) == third


def test_the_next_shot_is_the_one_that_arrived_next(ask, shelve):
    shoes = shelve("shoe_1", "shoe_2", "shoe_3", product_group="shoe")
    assert ask("keiko", after=shoes[1]) == shoes[2]


def test_names_that_count_up_like_a_cameras_do_not_make_one_subject(empty, shelve, set_up, monkeypatch):
    monkeypatch.setattr(order, "LARGEST_SUBJECT", 3)
    set_up(policy=QueuePolicy.HARDEST_FIRST)
    ids = [shelve(f"IMG_{n}", product_group="IMG", difficulty=d)[0] for n, d in enumerate((1, 4, 2, 3))]
    assert empty("keiko") == [ids[place] for place in (1, 3, 2, 0)]


def test_so_many_are_looked_at_for_a_free_subject_and_no_more(ask, shelve, monkeypatch):
    monkeypatch.setattr("annotation_store.queue.pull.LOOK_AHEAD", 2)
    shoes = shelve("shoe_1", "shoe_2", "shoe_3", product_group="shoe")
    shelve("bag_1")
    assert ask("keiko") == shoes[0]
    assert ask("mia") == shoes[1]


def test_by_lot_the_smallest_lot_comes_first_whatever_the_policy(ask, empty, shelve, set_up):
    set_up(policy=QueuePolicy.HARDEST_FIRST, random_share=0.2)
    ids = [shelve(f"{n}", lot=lot, difficulty=d)[0] for n, (lot, d) in enumerate([(0.9, 1), (0.1, 2), (0.4, 3)])]
    assert empty("keiko", draw=lambda: 0.2) == [ids[2], ids[1], ids[0]]
    shelved = [shelve(f"again {n}", lot=lot, difficulty=lot)[0] for n, lot in enumerate((0.9, 0.1, 0.4))]
    assert empty("keiko", draw=lambda: 0.19) == [shelved[place] for place in (1, 2, 0)]


def test_it_is_kept_how_an_image_came_out_of_the_queue_first(store, ask, shelve, set_up):
    set_up(random_share=0.5)
    by_policy, by_lot, shot, opened, assigned = (
        *shelve("policy", lot=0.9),
        *shelve("lot", "shot", lot=0.1, product_group="subject"),
        *shelve("opened from the gallery", lot=0.95),
        *shelve("assigned", assigned_to="ren"),
    )
    assert ask("keiko") == by_policy
    assert ask("mia", draw=lambda: 0.0) == by_lot
    assert ask("mia", after=by_lot) == shot
    assert ask("ren") == assigned
    take(store, opened, by="joe")
    assert ask("joe") == opened
    picks = [gallery.get_image(store, each).pick for each in (by_policy, by_lot, shot, assigned, opened)]
    assert picks == [Pick.POLICY, Pick.LOT, Pick.POLICY, Pick.ASSIGNED, None]
    release(store, by_policy, by="keiko")
    assert ask("keiko", after=opened, draw=lambda: 0.0) == by_policy
    assert gallery.get_image(store, by_policy).pick is Pick.POLICY


@pytest.fixture
def projects(store, shelve):
    """Three projects with two images each, by name: their numbers, and those of the images."""
    made = [create_project(store, name, by="ren").id for name in ("Zoo", "Alp", "Bay")]
    return made, [shelve(f"{each} a", f"{each} b", project_id=each) for each in made]


def test_the_project_at_hand_comes_first_then_the_others_by_name(empty, ask, store, projects):
    (zoo, alp, bay), (in_zoo, in_alp, in_bay) = projects
    assert ask("keiko", project_ids=[zoo, bay]) == in_bay[0]
    release(store, in_bay[0], by="keiko")
    skip(store, in_zoo[0], reason="", by="keiko")
    assert ask("keiko", project_ids=[zoo, alp, bay], after=in_zoo[0]) == in_zoo[1]
    release(store, in_zoo[1], by="keiko")
    assert empty("keiko", project_ids=[zoo, alp, bay]) == [*in_alp, *in_bay, in_zoo[1]]


def test_nothing_comes_out_of_a_project_that_is_not_asked_for(ask, store, projects):
    (_, alp, _), (in_zoo, in_alp, _) = projects
    take(store, in_zoo[0], by="keiko")
    assign(store, [in_zoo[1]], to="keiko", by="ren")
    assert ask("keiko", project_ids=[alp]) == in_alp[0]
    assert ask("mia", project_ids=[alp], after=in_zoo[0]) == in_alp[1]
    assert ask("ren", project_ids=[alp]) is None


def test_another_persons_subject_gives_way_to_another_project(ask, shelve, store):
    alp, bay = (create_project(store, name, by="ren").id for name in ("Alp", "Bay"))
    goats = shelve("goat_1", "goat_2", product_group="goat", project_id=alp)
    (boat,) = shelve("boat_1", project_id=bay)
    assert ask("keiko", project_ids=[alp, bay]) == goats[0]
    assert ask("mia", project_ids=[alp, bay]) == boat
    assert ask("ren", project_ids=[alp, bay]) == goats[1]


def test_the_same_subject_in_another_project_is_another_subject(ask, shelve, store):
    alp, bay = (create_project(store, name, by="ren").id for name in ("Alp", "Bay"))
    shelve("shoe_1", product_group="shoe", project_id=alp)
    here, there = (shelve(name, product_group="shoe", project_id=bay)[0] for name in ("shoe_2", "shoe_3"))
    assert ask("keiko", project_ids=[alp]) is not None
    assert ask("mia", project_ids=[bay]) == here
    assert ask("mia", project_ids=[bay], after=here) == there


def test_what_is_assigned_comes_first_in_whatever_project_it_lies(ask, store, projects):
    made, (in_zoo, _, _) = projects
    assign(store, [in_zoo[1]], to="keiko", by="ren")
    assert ask("keiko", project_ids=made) == in_zoo[1]


def test_an_archived_project_gives_nothing(ask, store, projects):
    (_, alp, _), (_, in_alp, _) = projects
    take(store, in_alp[0], by="keiko")
    archive_project(store, alp, by="ren")
    assert ask("keiko", project_ids=[alp]) is None
