"""What one training step learns from: samples, batches of them, and the sources that batches come from."""
