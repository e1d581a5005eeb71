"""The page Export: what leaves, in which form, and what has left."""
