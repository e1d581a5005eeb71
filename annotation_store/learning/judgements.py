"""How a candidate did beside the live model, image by image, with pictures of the worst and the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from annotation_store import schema
from annotation_store.errors import NotFoundError
from annotation_store.kinds import Part
from annotation_store.records import JudgementRecord
from annotation_store.rows import find_model
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class NewJudgement:
    """One image's comparison. figures: anything that JSON can hold. picture: PNG, or None for most."""

    image_id: int
    project_id: int
    tag: str
    part: Part
    live_model_id: int | None
    figures: Mapping[str, Any]
    picture: bytes | None = None


def keep_judgements(store: Store, model_id: int, judgements: Sequence[NewJudgement]) -> None:
    """Keep all that a candidate was judged by; what an earlier attempt kept gives way."""
    pictures = [None if each.picture is None else store.blobs.put(each.picture) for each in judgements]
    with store.database.write() as session:
        find_model(session, model_id)
        session.execute(delete(schema.Judgement).filter_by(model_version_id=model_id))
        session.add_all(
            schema.Judgement(
                model_version_id=model_id,
                image_id=each.image_id,
                project_id=each.project_id,
                tag=each.tag,
                part=each.part,
                live_model_id=each.live_model_id,
                figures=dict(each.figures),
                picture_blob=picture,
            )
            for each, picture in zip(judgements, pictures, strict=True)
        )


def judgements_of(store: Store, model_id: int) -> tuple[JudgementRecord, ...]:
    """All comparisons of a version, by image."""
    query = select(schema.Judgement).filter_by(model_version_id=model_id).order_by(schema.Judgement.image_id)
    with store.database.read() as session:
        return tuple(JudgementRecord.of(row) for row in session.scalars(query))


def get_judgement(store: Store, model_id: int, image_id: int) -> JudgementRecord:
    """One comparison. Raises NotFoundError, also if there is no such version."""
    with store.database.read() as session:
        model = find_model(session, model_id)
        if (row := session.get(schema.Judgement, (model_id, image_id))) is None:
            raise NotFoundError(f"{model.name} was not judged by image number {image_id}: reload the list of models.")
        return JudgementRecord.of(row)
