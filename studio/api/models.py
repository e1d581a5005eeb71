"""Model versions: what there is and where it serves, their cards and files, and the ways to train elsewhere."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from annotation_store import projects
from annotation_store.errors import NotFoundError
from annotation_store.kinds import ModelKind, Origin
from annotation_store.learning import model_registry, standings
from annotation_store.people.roles import Ability
from annotation_store.records import ModelRecord
from annotation_store.states import ModelState, StandingState
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.downloads import Download, attachment, chunks_of
from studio.api.media import MULTIPART, Bytes, Markdown, Zip
from studio.api.paging import USUAL, Before, Limit, PagerDep
from studio.bundle_recipe import finetuning_of
from studio.handing_in import hand_in
from studio.sign_in.errors import ForbiddenError
from studio.sign_in.visitor import Visitor
from studio.studio import Studio

router = APIRouter(tags=["models"])

ModelName = Annotated[str, Path(max_length=200)]
LICENCE_LENGTH = 1000


class StandingOut(BaseModel):
    """What a version is in one project."""

    project_id: int
    project: str
    state: StandingState
    verdict: str
    canary_share: float | None


class ModelOut(BaseModel):
    """A version, and its standings in the projects of whoever asks."""

    id: int
    name: str
    kind: ModelKind
    origin: Origin
    architecture: str
    state: ModelState
    parent: str | None
    licence: str
    warning: str | None
    verdict: str | None
    notes: str
    created_at: datetime
    activated_at: datetime | None
    standings: list[StandingOut]


class ModelsOut(BaseModel):
    """Newest first. before: ask with it for the next page; None at the end."""

    models: list[ModelOut]
    before: int | None


class ImportedOut(BaseModel):
    """What became of an import. warning: about commercial use."""

    name: str
    state: ModelState
    verdict: str | None
    warning: str | None


@router.get("/models")
@needs(Ability.LEAD)
def list_models(
    studio: StudioDep, visitor: VisitorDep, pager: PagerDep, before: Before = None, limit: Limit = USUAL
) -> ModelsOut:
    """The versions, newest first."""
    from training.provenance import commercial_warning, provenance_of  # late, as in studio/live_model.py

    store = studio.store
    versions = model_registry.list_models(store)
    names = {model.id: model.name for model in versions}
    places = _standings(store, visitor)
    found = [model for model in versions if before is None or model.id < before]
    page, following = pager.cut(found, limit, by="before", place=lambda model: model.id)
    models = [
        ModelOut(
            id=model.id,
            name=model.name,
            kind=model.kind,
            origin=model.origin,
            architecture=model.architecture,
            state=model.state,
            parent=None if model.parent_id is None else names[model.parent_id],
            licence=model.licence,
            warning=commercial_warning(provenance_of(model)),
            verdict=model.verdict,
            notes=model.notes,
            created_at=model.created_at,
            activated_at=model.activated_at,
            standings=places.get(model.id, []),
        )
        for model in page
    ]
    return ModelsOut(models=models, before=following)


@router.get("/models/{name}")
@needs(Ability.LEAD)
def read_card(name: ModelName, studio: StudioDep, visitor: VisitorDep) -> Response:
    """The card of a version: JSON."""
    from training.model_card import card_of

    card = card_of(studio.store, find_model(studio, name), project_ids=visitor.projects)
    return Response(card.as_json(), media_type="application/json")


@router.get("/models/{name}/card.md", response_class=Markdown)
@needs(Ability.LEAD)
def read_card_page(name: ModelName, studio: StudioDep, visitor: VisitorDep) -> Response:
    """The card of a version: Markdown. A page must not show it as HTML without cleaning it."""
    from training.card_markdown import card_markdown
    from training.model_card import card_of

    card = card_of(studio.store, find_model(studio, name), project_ids=visitor.projects)
    return Response(card_markdown(card), media_type="text/markdown; charset=utf-8")


@router.get("/models/{name}/weights.safetensors", response_class=Bytes)
@needs(Ability.LEAD)
def download_weights(name: ModelName, studio: StudioDep) -> Response:
    """The weights of a version."""
    from training.exporting import exported_weights

    model = find_model(studio, name)
    data = exported_weights(studio.store, model)
    return Response(data, media_type="application/octet-stream", headers=attachment(f"{model.name}.safetensors"))


@router.get("/models/{name}/model.onnx", response_class=Bytes)
@needs(Ability.LEAD)
def download_onnx(name: ModelName, studio: StudioDep) -> Response:
    """A version for engines other than PyTorch, where its architecture has such a form."""
    from training.exporting import exported_onnx

    model = find_model(studio, name)
    data = exported_onnx(studio.store, model).data
    return Response(data, media_type="application/octet-stream", headers=attachment(f"{model.name}.onnx"))


@router.get("/models/{name}/export.zip", response_class=Zip)
@needs(Ability.LEAD)
def download_version(name: ModelName, studio: StudioDep, visitor: VisitorDep) -> StreamingResponse:
    """A version with its card, streamed."""
    from training.exporting import export_zip
    from training.models import weights_bytes

    model, store = find_model(studio, name), studio.store
    weights_bytes(store, model)  # what cannot be exported is said before anything is sent
    chunks = chunks_of(lambda target: export_zip(store, model, target, project_ids=visitor.projects))
    return Download(chunks, media_type="application/zip", headers=attachment(f"{model.name}.zip"))


@router.post("/models/import", openapi_extra=MULTIPART)
@needs(Ability.LEAD)
async def import_model(
    request: Request,
    studio: StudioDep,
    visitor: VisitorDep,
    licence: Annotated[str | None, Query(max_length=LICENCE_LENGTH)] = None,
) -> ImportedOut:
    """Take in one file of a multipart upload: a zip of `models --export` or `finetune --bundle`, or a .safetensors.

    Read here and not by FastAPI, which would take the upload in before it asks whether the person may send one.
    """
    from training.incoming_version import ImportRefusedError

    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ImportRefusedError("no file came along: send one as multipart/form-data")
    async with request.form(max_files=1, max_fields=0) as form:
        files = [part for part in form.values() if isinstance(part, UploadFile)]
        if len(files) != 1:
            raise ImportRefusedError("no file came along: send one as multipart/form-data")
        return await run_in_threadpool(_import, studio, files[0], licence, visitor.name)


@router.get("/training-bundle.zip", response_class=Zip)
@needs(Ability.LEAD)
def download_bundle(
    studio: StudioDep,
    visitor: VisitorDep,
    training_set: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    model: Annotated[str | None, Query(max_length=200)] = None,
) -> StreamingResponse:
    """All that a training elsewhere needs, streamed. training_set: its number, by default what is approved now. model:
    the version to go on from. Only for people to whom all the photos in it may be shown."""
    from training.bundle.writing import prepare_bundle, write_bundle

    store, settings = studio.store, studio.settings
    prepared = prepare_bundle(
        store,
        finetuning_of(settings),
        training_set_id=training_set,
        validation_share=settings.validation_share,
        parent=None if model is None else find_model(studio, model),
        by=visitor.name,
    )
    if not all(visitor.sees(project_id) for project_id in prepared.project_ids):
        raise ForbiddenError("The bundle holds photos of projects that you do not belong to: ask an admin for it.")
    name = f"matteloop-training-set-{prepared.manifest.training_set.number}.bundle.zip"
    chunks = chunks_of(lambda target: write_bundle(store, prepared, target))
    return Download(chunks, media_type="application/zip", headers=attachment(name))


def _import(studio: Studio, upload: UploadFile, licence: str | None, person: str) -> ImportedOut:
    done = hand_in(studio, upload.file, name=upload.filename or "an upload", licence=licence, by=person)
    return ImportedOut(name=done.model.name, state=done.model.state, verdict=done.model.verdict, warning=done.warning)


def find_model(studio: Studio, name: str) -> ModelRecord:
    """The version, or NotFoundError."""
    for model in model_registry.list_models(studio.store):
        if model.name == name:
            return model
    raise NotFoundError(f"There is no model named {name}: reload the list of models.")


def _standings(store: Store, visitor: Visitor) -> dict[int, list[StandingOut]]:
    """By version, in the projects of the person who asks."""
    names = {project.id: project.name for project in projects.list_projects(store)}
    found: dict[int, list[StandingOut]] = {}
    for standing in standings.list_standings(store):
        if visitor.sees(standing.project_id):
            found.setdefault(standing.model_version_id, []).append(
                StandingOut(
                    project_id=standing.project_id,
                    project=names[standing.project_id],
                    state=standing.state,
                    verdict=standing.verdict,
                    canary_share=standing.canary_share,
                )
            )
    return found
