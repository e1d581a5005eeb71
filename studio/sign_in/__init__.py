"""Who comes in: the sign-in and what goes with it."""
