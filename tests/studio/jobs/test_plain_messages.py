import pickle

import pytest

from studio.jobs import Jobs
from studio.jobs.plain_messages import PlainMessages
from studio.work import Work


def test_what_lies_in_the_queue_is_json(tmp_path):
    jobs = Jobs(tmp_path)
    jobs.train(7)
    ((data,),) = jobs.hueys[Work.TRAININGS].storage.sql("select data from task", results=True)
    assert b'"args": [7]' in bytes(data)


class Harm:
    """Runs code where it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("code was run",))


def test_a_pickle_that_somebody_has_put_there_is_no_message():
    with pytest.raises(ValueError, match=r"(?i)expect|decode|invalid"):
        PlainMessages().deserialize(pickle.dumps(Harm()))
