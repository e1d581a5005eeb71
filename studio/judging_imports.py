"""What judges a version that was handed in: the gate that judges those trained here."""

from annotation_store.learning import model_registry
from annotation_store.store import Store
from studio.settings import Settings
from training.deciding import decide_on_newcomer
from training.importing import Judge
from training.models import choose_device


def judge_of(settings: Settings) -> Judge:
    """Judges at once, which takes some seconds for each held-out image."""

    def judge(store: Store, model_id: int) -> None:
        decide_on_newcomer(
            store,
            model_registry.get_model(store, model_id),
            validation_share=settings.validation_share,
            by=settings.person,
            device=choose_device(settings.device),
        )

    return judge
