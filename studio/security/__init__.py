"""What stands in front of everything, whoever asks: where requests come from, how large, what browsers may do."""
