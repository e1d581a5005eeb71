"""The page Compare: people choose between two mattes without knowing whose they are; leads ask for it, and read."""
