"""Training bundles: one file with all that a training elsewhere needs, and nothing that the studio judges by."""
