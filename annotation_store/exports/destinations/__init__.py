"""Where an export is written to."""
