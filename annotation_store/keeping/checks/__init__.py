"""What the doctor looks at, one file for each part of the store. A check is a small function that yields findings."""
