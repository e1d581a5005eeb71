"""The list of pilots that are over."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from annotation_store import schema
from annotation_store.pilots.pilots import list_pilots
from annotation_store.states import PilotState
from studio.i18n import Words
from studio.pages.pilots.pilots_view import earlier_view


def test_a_pilot_began_on_the_day_of_the_studio_s_time_zone_as_in_its_report(studio):
    with studio.store.database.write() as session:
        wish = {"project_id": 1, "name": "Hats", "blank_share": 0.5, "seed": 1, "created_by": "ren"}
        began = datetime(2026, 3, 1, 20, tzinfo=UTC)
        session.add(schema.Pilot(**wish, state=PilotState.FINISHED, created_at=began))
    days = {
        zone: earlier_view(studio.store, list_pilots(studio.store), {}, Words("en"), zone=ZoneInfo(zone))
        for zone in ("Asia/Tokyo", "America/New_York")
    }
    assert "2026-03-02" in days["Asia/Tokyo"]
    assert "2026-03-01" in days["America/New_York"]
