"""Likely slips in a trimap that a person drew: labels that contradict the photo, specks, bands that are too thin."""

from matting_core.trimap_check.check import check_trimap_for_slips
from matting_core.trimap_check.slips import Slip, SlipKind

__all__ = ["Slip", "SlipKind", "check_trimap_for_slips"]
