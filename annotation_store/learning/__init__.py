"""The learning loop: what models learn from, their trainings, what came of these and where it serves."""
