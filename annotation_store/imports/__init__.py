"""Mattes that were made elsewhere become revisions: what stands at the door is sorted, checked, and put in."""
