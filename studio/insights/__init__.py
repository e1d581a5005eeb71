"""What one view of the figures asks for and gets: the same for the page, the API and the command line."""
