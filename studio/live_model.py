"""Where `studio.device.live_model` was until it got a room; for what still asks for it here."""

from studio.device.live_model import LiveModel

__all__ = ["LiveModel"]
