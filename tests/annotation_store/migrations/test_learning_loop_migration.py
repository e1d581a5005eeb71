"""A store with data goes back before the learning loop, and comes to it from there."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DatabaseError, IntegrityError

from annotation_store import schema
from annotation_store.kinds import ModelKind, Origin, Part, RunCause, Supervision
from annotation_store.learning import golden, model_registry, standings, training_runs, training_sets, what_serves
from annotation_store.learning.training_runs import Point
from annotation_store.projects import FIRST_PROJECT, create_project, get_project
from annotation_store.states import ModelState, RunState, StandingState


@pytest.fixture
def register(store):
    def candidate(**options):
        return model_registry.register_candidate(
            store,
            architecture="compact",
            weights=b"weights",
            parent_id=None,
            run_id=None,
            metrics={},
            licence="MIT",
            code_version="1",
            **options,
        )

    return candidate


@pytest.fixture
def training_set(world, store):
    for image in world.draft("shoe_1.png", "bag_1.png", "cup_1.png"):
        world.approve(image.id)
    return training_sets.freeze(store, by="ren")


@pytest.fixture
def go_back(store):
    """``go_back()``: to the tables as they were before."""

    def downgrade():
        with store.database.migration() as config:
            command.downgrade(config, "0004")

    return downgrade


@pytest.fixture
def rows(store):
    """``rows(table)``: as they stand in the database, whatever columns there are."""

    def read(name):
        with store.database.engine.connect() as connection:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            return list(connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings())

    return read


@pytest.fixture
def is_protected(store):
    """``is_protected(table)``: whether its rows can be neither changed nor deleted."""

    def check(table):
        for change in ("UPDATE {} SET id = id", "DELETE FROM {}"):
            with pytest.raises(DatabaseError, match="are never changed"), store.database.write() as session:
                session.execute(sa.text(change.format(table)))
        return True

    return check


def test_models_come_to_stand_in_every_project_as_they_stood_for_all(store, register, go_back, rows):
    shipped = model_registry.register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact", licence="MIT"
    )
    live, waiting, *refused = (register() for _ in range(4))
    standings.go_live(store, live.id, verdict="12 % better", by="gate")
    for model in refused:
        model_registry.reject(store, model.id, verdict="worse", by="gate")
    other = create_project(store, "Glass", by="ren")
    go_back()
    assert [row["state"] for row in rows("model_versions")] == ["retired", "live", "candidate", "rejected", "rejected"]
    with pytest.raises(IntegrityError, match=r"(?i)unique"), store.database.write() as session:
        session.execute(sa.text("UPDATE model_versions SET state = 'live' WHERE state = 'candidate'"))

    store.database.migrate()
    for project_id in (FIRST_PROJECT, other.id):
        found = standings.list_standings(store, project_id=project_id)
        assert {each.model_version_id: (each.state, each.verdict) for each in found} == {
            shipped.id: (StandingState.RETIRED, ""),
            live.id: (StandingState.LIVE, "12 % better"),
            refused[0].id: (StandingState.REFUSED, "worse"),
            refused[1].id: (StandingState.REFUSED, "worse"),
        }
        assert {each.kind for each in found} == {ModelKind.MATTING}
        assert what_serves.live_model(store, project_id).id == live.id
    assert standings.list_standings(store, model_id=waiting.id) == ()
    models = {model.id: model for model in model_registry.list_models(store)}
    assert (models[shipped.id].origin, models[live.id].origin) == (Origin.SHIPPED, Origin.TRAINED)
    assert models[live.id].activated_at == model_registry.get_model(store, live.id).activated_at is not None
    assert (models[live.id].recipe, models[live.id].provenance, models[live.id].notes) == ({}, [], "")
    assert standings.roll_back(store, other.id, ModelKind.MATTING, by="ren").id == shipped.id
    standings.go_live(store, waiting.id, verdict="", by="ren")
    assert model_registry.get_model(store, live.id).state is ModelState.RETIRED


def test_curves_go_back_into_one_value_and_out_again(store, go_back, rows):
    first = training_runs.request(store, by="ren")
    training_runs.start(store, first.id, 1)
    for step, loss in ((100, 0.5), (200, 0.25)):
        training_runs.beat(store, first.id, progress=0.5, message="", point=Point(step, {"loss": loss}))
    training_runs.finish(store, first.id, RunState.FAILED, verdict="stopped")
    waiting = training_runs.request(store, by="ren")
    before = training_runs.curve(store, first.id)
    go_back()
    assert [row["history"] for row in rows("training_runs")] == [
        [{"step": 100, "loss": 0.5}, {"step": 200, "loss": 0.25}],
        [],
    ]
    store.database.migrate()
    assert training_runs.curve(store, first.id) == before
    found = [training_runs.get_run(store, run.id) for run in (first, waiting)]
    assert [(run.attempts, run.kind, run.cause) for run in found] == [
        (1, ModelKind.MATTING, RunCause.BUTTON),
        (0, ModelKind.MATTING, RunCause.BUTTON),
    ]
    assert training_runs.start(store, waiting.id, 2).attempts == 1


def test_curves_without_steps_are_numbered(store, go_back):
    run = training_runs.request(store, by="ren")
    go_back()
    with store.database.write() as session:
        session.execute(
            sa.text("UPDATE training_runs SET history = :history"),
            {"history": '[{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]'},
        )
    store.database.migrate()
    assert training_runs.curve(store, run.id) == (
        Point(1, {"epoch": 1, "loss": 0.5}),
        Point(2, {"epoch": 2, "loss": 0.25}),
    )


def test_training_sets_keep_their_items_and_are_never_changed(store, training_set, go_back, rows, is_protected):
    before = training_sets.load_items(store, training_set.id)
    tables = ("training_set_items", "training_sets")
    assert all(is_protected(table) for table in tables)
    go_back()
    assert [row["part"] for row in rows("training_set_items")] == [item.part for item in before]
    assert all(is_protected(table) for table in tables)
    store.database.migrate()
    assert all(is_protected(table) for table in tables)
    after = training_sets.load_items(store, training_set.id)
    assert [(item.revision_id, item.part, item.alpha_blob) for item in after] == [
        (item.revision_id, item.part, item.alpha_blob) for item in before
    ]
    assert {(item.project_id, item.tag, item.supervision, item.weight, item.learnt) for item in after} == {
        (FIRST_PROJECT, "", Supervision.ALPHA, 1.0, False)
    }
    assert {item.draft_trimap_blob for item in after} == {None}


def test_a_store_that_went_back_and_forth_has_the_tables_of_a_new_one(store, training_set, go_back):
    go_back()
    store.database.migrate()
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.Base.metadata) == []
    project = get_project(store, FIRST_PROJECT)
    assert (project.learning, project.canary_share) == ("automatic", 0.2)


def test_a_learned_drafter_keeps_the_store_from_going_back(store, register, go_back):
    model = register(kind=ModelKind.DRAFTER)
    with pytest.raises(ValueError, match="no learned drafters"):
        go_back()
    assert model_registry.get_model(store, model.id) == model


def test_several_live_models_keep_the_store_from_going_back(store, register, go_back):
    other = create_project(store, "Glass", by="ren")
    for project_id in (FIRST_PROJECT, other.id):
        standings.go_live(store, register().id, verdict="", by="ren", project_ids=[project_id])
    with pytest.raises(ValueError, match="several serve here"):
        go_back()
    assert len(standings.list_standings(store)) == 2


def test_a_golden_image_in_a_training_set_keeps_the_store_from_going_back(world, store, go_back):
    images = [world.approve(image.id) for image in world.draft("shoe_1.png", "bag_1.png", "cup_1.png")]
    golden.choose_golden(store, images[0].id, by="ren")
    frozen = training_sets.freeze(store, by="ren")
    with pytest.raises(ValueError, match="no golden images"):
        go_back()
    assert training_sets.load_items(store, frozen.id)[0].part is Part.GOLDEN
