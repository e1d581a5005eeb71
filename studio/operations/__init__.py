"""What those who run the studio look at and count on: whether it is well, its metrics, and how it closes."""
