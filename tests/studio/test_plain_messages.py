import pickle

import pytest

from studio.jobs import Jobs
from studio.plain_messages import PlainMessages


def test_a_message_comes_back_as_it_was_sent(tmp_path):
    jobs = Jobs(tmp_path)
    jobs.train(7)
    jobs.draft()
    told = []
    jobs._handlers = {"train": lambda run_id: told.append(("train", run_id)), "draft": lambda: told.append("draft")}
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)
    assert told == [("train", 7), "draft"]  # a training goes first


def test_what_lies_in_the_queue_is_json(tmp_path):
    jobs = Jobs(tmp_path)
    jobs.train(7)
    ((data,),) = jobs.huey.storage.sql("select data from task", results=True)
    assert b'"args": [7]' in bytes(data)


class Harm:
    """Runs code where it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("code was run",))


def test_a_pickle_that_somebody_has_put_there_is_no_message():
    with pytest.raises(ValueError, match=r"(?i)expect|decode|invalid"):
        PlainMessages().deserialize(pickle.dumps(Harm()))
