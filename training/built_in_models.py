"""The models that come with the program, made known to the store. Light to import: nothing here needs torch."""

from annotation_store.learning import model_registry
from annotation_store.store import Store

CLOSED_FORM = "closed-form"


def register_built_in_models(store: Store) -> None:
    """Enter the shipped models once; the compact network is live at first."""
    model_registry.register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact", licence="Apache-2.0"
    )
    model_registry.register_shipped(
        store, name=CLOSED_FORM, architecture=CLOSED_FORM, shipped_weights=None, licence="MIT (PyMatting)"
    )
