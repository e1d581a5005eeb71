"""A store with figures, a pilot and a comparison goes back before them, and comes to them from there."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DatabaseError

from annotation_store import schema
from annotation_store.comparisons import preferences, preparing
from annotation_store.comparisons.comparisons import create_comparison, list_pairs
from annotation_store.comparisons.preferences import Liked
from annotation_store.insights.outcomes import measure_outcomes
from annotation_store.insights.working_time import Ago, record_work
from annotation_store.kinds import MachineWork, MatteSource, Pick, WorkPurpose
from annotation_store.learning.model_registry import register_shipped
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.money.rate_card import STARTING_CARD, keep_card
from annotation_store.pilots.choosing import candidates
from annotation_store.pilots.pilots import begin_pilot, finish_pilot
from annotation_store.projects import FIRST_PROJECT, get_project
from annotation_store.queue.pull import pull
from annotation_store.revisions import list_revisions


def test_a_store_goes_back_before_its_figures_and_comes_to_them_again(world, store):
    model = register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact.safetensors", licence="Apache-2.0"
    )
    world.draft(*(f"cup{number * 'o'}.png" for number in range(10)), model_id=model.id)
    ids = [image.id for image in candidates(store, FIRST_PROJECT)]
    pilot = begin_pilot(store, FIRST_PROJECT, name="Cups", image_ids=ids, blank_share=0.5, seed=1, by="ren")
    given = pull(store, project_ids=[FIRST_PROJECT], by="keiko")
    record_work(store, given.image.id, [Ago(9, 1)], purpose=WorkPurpose.CORRECTION, by="keiko")
    world.stroke(given.image.id, "a")
    world.approve(given.image.id, by="keiko")
    measure_outcomes(store)
    note_machine_work(store, work=MachineWork.DRAFTING, device="cpu", seconds=1, images=1)
    keep_card(store, STARTING_CARD, by="ren")
    compared = create_comparison(
        store,
        FIRST_PROJECT,
        name="",
        first=MatteSource.APPROVED,
        second=MatteSource.DRAFT,
        image_ids=[given.image.id],
        by="ren",
    )
    (pair,) = list_pairs(store, compared.id)
    preparing.keep_pair(store, pair.id, first_blob=store.blobs.put(b"a"), second_blob=store.blobs.put(b"b"))
    preparing.open_prepared(store, compared.id)
    preferences.keep_preference(
        store, compared.id, pair.id, person="keiko", liked=Liked.LEFT, confidence=1, ground="checker"
    )
    finish_pilot(store, pilot.id, by="ren", card=STARTING_CARD)
    revisions = {number: list_revisions(store, number) for number in ids}

    with store.database.migration() as config:
        command.downgrade(config, "0006")
    with store.database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        assert not {"pilots", "comparisons", "work_spans", "outcomes"} & set(inspector.get_table_names())
        assert "figures_by_person" not in {each["name"] for each in inspector.get_columns("projects")}
        picks = connection.execute(sa.text("SELECT pick FROM images WHERE pick IS NOT NULL")).scalars().all()
        assert picks == ["lot"]

    store.database.migrate()
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.Base.metadata) == []
    assert {number: list_revisions(store, number) for number in ids} == revisions
    assert get_project(store, FIRST_PROJECT).figures_by_person is False
    with store.database.read() as session:
        assert session.get_one(schema.Image, given.image.id).pick is Pick.LOT
    for table in ("revisions", "edit_log", "decisions", "events"):
        with pytest.raises(DatabaseError, match="are never changed"), store.database.write() as session:
            session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608
