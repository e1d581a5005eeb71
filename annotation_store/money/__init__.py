"""What work costs in house and outside, and what is saved."""
