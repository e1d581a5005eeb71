"""Who works in the background, on which computers, and which photos they have in work."""
