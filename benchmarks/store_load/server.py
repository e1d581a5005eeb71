"""The studio's web process as it is, but for the model: what is measured is the store and the way to it.

``python -m benchmarks.store_load.server FOLDER PORT``; a database of its own in MATTELOOP_DATABASE_URL.
"""

import sys

import numpy as np
import uvicorn

import training.models
from matting_core.arrays import Alpha, Rgb, Trimap
from studio.device.live_model import LiveModel
from studio.settings import Settings
from studio.studio import open_studio
from studio.web import create_app


class NoPrediction:
    """A model that takes no time."""

    name = "none"

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See matting_core/matting.py."""
        return trimap.astype(np.float32) / 255


def main(folder: str, port: int) -> None:
    training.models.load_model = lambda *_given, **_named: NoPrediction()  # type: ignore[assignment]
    LiveModel.warm_up = lambda *_: None  # type: ignore[method-assign]
    studio = open_studio(Settings(_env_file=None, data_dir=folder, accounts=True, port=port))  # type: ignore[call-arg]
    config = uvicorn.Config(create_app(studio), port=port, log_level="warning", access_log=False, ws="none")
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
