"""What makes the alpha of a trimap that came from elsewhere: the live model of its project."""

from annotation_store.imports.composing import Predict
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.predictor import predict
from studio.device.live_model import LiveModel


def predict_with(live: LiveModel) -> Predict:
    """For `take_mattes_in`, whose photos may be no images yet."""

    def predict_alpha(project_id: int, rgb: Rgb, trimap: Trimap) -> tuple[Alpha, int]:
        model, matting = live.for_project(project_id)
        return predict(matting, rgb, trimap), model.id

    return predict_alpha


def predict_for_image(live: LiveModel, image_id: int) -> Predict:
    """For an image that is here: a candidate goes on with what it has drafted, as on the desk."""

    def predict_alpha(_project_id: int, rgb: Rgb, trimap: Trimap) -> tuple[Alpha, int]:
        model, matting = live.get(image_id)
        return predict(matting, rgb, trimap), model.id

    return predict_alpha
