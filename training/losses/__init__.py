"""What a network is asked to get right."""
