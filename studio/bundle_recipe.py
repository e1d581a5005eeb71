"""The fine-tuning that the settings ask for, as a training bundle takes it along."""

from studio.settings import Settings
from training.finetune_settings import FinetuneSettings


def finetuning_of(settings: Settings) -> FinetuneSettings:
    """Where it will run is said there."""
    return FinetuneSettings(
        steps=settings.training_steps, minutes=settings.training_minutes, learning_rate=settings.learning_rate
    )
