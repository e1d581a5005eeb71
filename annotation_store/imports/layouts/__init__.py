"""Which file is what: one rule for each way in which people and programs lay photos and mattes out."""
