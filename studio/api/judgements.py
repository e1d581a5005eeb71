"""What a candidate made of single images beside the model that served: a picture of both."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from annotation_store.errors import NotFoundError
from annotation_store.learning import judgements
from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, ImageId, StudioDep
from studio.api.media import Png
from studio.api.pictures import UNCHANGED, unchanging

router = APIRouter(tags=["judgements"])

ModelId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/models/{model_id}/judgements/{image_id}/picture", response_class=Png, responses=UNCHANGED)
@needs(Ability.LEAD)
def read_picture(model_id: ModelId, image_id: ImageId, request: Request, studio: StudioDep) -> Response:
    """Photo, what served, the candidate and what was approved, side by side: PNG; of the worst and the best only."""
    judgement = judgements.get_judgement(studio.store, model_id, image_id)
    if (blob := judgement.picture_blob) is None:
        raise NotFoundError(f"There is no picture of image number {image_id}: only the worst and the best have one.")
    return unchanging(request, blob, lambda: studio.store.blobs.get(blob), media_type="image/png")
