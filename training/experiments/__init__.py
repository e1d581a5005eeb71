"""What pre-training is worth: runs that anybody can repeat, and the pages of results that they write."""
