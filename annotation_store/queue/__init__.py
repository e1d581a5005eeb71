"""The queue: which images are open, who has which in hand, and which is handed out next."""
