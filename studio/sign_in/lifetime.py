"""How long a sign-in lasts, by the settings."""

from datetime import timedelta

from annotation_store.people.sign_ins import Lifetime
from studio.settings import Settings


def lifetime_of(settings: Settings) -> Lifetime:
    return Lifetime(idle=timedelta(hours=settings.session_idle_hours), absolute=timedelta(days=settings.session_days))
