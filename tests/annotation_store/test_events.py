from annotation_store.events import recent_events, record_event


def test_events_come_newest_first_up_to_the_limit(store):
    with store.database.write() as session:
        for turn in range(5):
            record_event(session, actor="keiko", action="test.happened", data={"turn": turn})
    events = recent_events(store, 3)
    assert [event.data["turn"] for event in events] == [4, 3, 2]
    assert {(event.actor, event.action, event.image_id) for event in events} == {("keiko", "test.happened", None)}
