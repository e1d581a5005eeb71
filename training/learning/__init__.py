"""How any network learns from any source of batches: the loop, and what it needs around it."""
