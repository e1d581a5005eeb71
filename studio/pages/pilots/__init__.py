"""The page Pilot: a small trial is planned, worked through, and told in a report; a file for each part of the page."""
