import pytest
from small_images import BlurredTrimap

from annotation_store.learning import what_serves
from studio.desk.session import EditingSession
from studio.desk.snapshots import Snapshots


class Model(BlurredTrimap):
    """Told what to do while it predicts."""

    def __init__(self):
        self.on_predict = lambda: None

    def predict(self, rgb, trimap):
        self.on_predict()
        return super().predict(rgb, trimap)


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def open_session(studio, drafted_image, model, tmp_path):
    """A function that opens another session of the drafted image; none finds the others' snapshots."""

    def open_one(image=drafted_image):
        folder = tmp_path / f"snapshots-{len(list(tmp_path.iterdir()))}"
        return EditingSession(
            studio.store,
            image.id,
            live=lambda: (what_serves.live_model(studio.store), model),
            snapshots=Snapshots(folder),
        )

    return open_one


@pytest.fixture
def session(open_session):
    return open_session()
