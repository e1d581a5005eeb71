"""Every kind of model by one name: what ships, what needs no weights, and what a studio brings along.

| Name | Model |
|---|---|
| ``compact`` | the shipped network, the default |
| ``closed-form``, ``half-closed-form``, ``knn`` | classical methods |
| ``FILE.onnx`` | anybody's network; its card lies beside it as ``FILE.json`` (`networks/onnx_file/onnx_card.py`) |
| ``FOLDER`` with ``config.json`` | ViTMatte as transformers saves it |
| ``hub:OWNER/NAME`` | ViTMatte from the Hugging Face hub |
| ``ARCHITECTURE:FILE.safetensors`` | own weights of ``compact``, ``matteformer`` or ``resnet50`` |
| ``matteformer:FILE.pth`` | a checkpoint as the authors of MatteFormer and DPT release them |
"""

from pathlib import Path

from matting_core.classical import ClosedForm, HalfClosedForm, KnnMatting
from matting_core.errors import UnknownModelError, WeightsError
from matting_core.matting import Matting
from matting_core.networks.registry import ARCHITECTURES, SHIPPED_WEIGHTS, load_matting, shipped_weights

CLASSICAL = {method.name: method for method in (ClosedForm, HalfClosedForm, KnnMatting)}
HUB = "hub:"
DEFAULT = "compact"


def named_models() -> list[str]:
    """The names that need no file: shipped networks, then classical methods."""
    shipped = {path.stem for path in SHIPPED_WEIGHTS.glob("*.safetensors")}
    return sorted(shipped & set(ARCHITECTURES)) + sorted(CLASSICAL)


def is_model_path(name: str) -> bool:
    """Whether `name` means a file, a folder or the hub, rather than one of `named_models`."""
    architecture, colon, _ = name.partition(":")
    return bool(colon and architecture in (*ARCHITECTURES, "hub")) or name.endswith(".onnx") or Path(name).is_dir()


def open_matting(name: str = DEFAULT, *, device: str = "cpu", fastest: bool = False) -> Matting:
    """The model called `name`, ready to predict; see the table above.

    device: ``cpu``, ``cuda``, ... fastest: measure which engine and precision is fastest here; see `load_matting`.
    Raises UnknownModelError, WeightsError, MissingPackageError, or what the card of an ONNX file has to say.
    """
    if name in CLASSICAL:
        return CLASSICAL[name]()
    if name.startswith(HUB):
        from matting_core.networks.vitmatte import VitMatte  # optional, see optional_packages.py

        return VitMatte.from_hub(name.removeprefix(HUB), device=device)
    architecture, colon, file = name.partition(":")
    if colon and architecture in ARCHITECTURES:
        return load_matting(architecture, _weights(architecture, Path(file)), device=device, fastest=fastest)
    if name in named_models():
        return load_matting(name, shipped_weights(name), device=device, fastest=fastest)
    path = Path(name)
    if path.suffix == ".onnx":
        from matting_core.networks.onnx_file.onnx_matting import OnnxMatting

        return OnnxMatting.from_file(path, device=device)
    if path.is_dir():
        from matting_core.networks.vitmatte import VitMatte

        return VitMatte.from_folder(path, device=device)
    raise UnknownModelError(
        f"there is no model named {name!r}: choose one of {', '.join(named_models())}, an ONNX file with its card, a "
        f"folder of transformers, hub:OWNER/NAME, or one of {', '.join(ARCHITECTURES)} with its weights as NAME:FILE"
    )


def _weights(architecture: str, path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"the weights {path} cannot be read: {error.strerror}") from error
    if path.suffix in (".pth", ".pt", ".ckpt"):
        if architecture != "matteformer":
            raise WeightsError(f"a released checkpoint is one of matteformer, not of {architecture}")
        from matting_core.networks.refining.released_checkpoint import convert_checkpoint

        return convert_checkpoint(data)
    return data
