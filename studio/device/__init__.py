"""The device on which models run, shared by all who work at once: whose turn it is, which models are loaded."""
