"""The page Learn: what serves, what is being learnt, and what came of it; a file for each part of the page."""
