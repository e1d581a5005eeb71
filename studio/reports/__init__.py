"""Reports that leave the studio: one document of blocks, written as HTML and as PDF alike."""
