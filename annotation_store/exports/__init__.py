"""Ways out of the studio; they read approved revisions only."""
