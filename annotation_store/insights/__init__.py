"""What the studio knows of itself: where time goes, what drafts were worth, which photos come in."""
