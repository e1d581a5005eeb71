"""Drafting by the computers of a Ray cluster. Ray is imported only where somebody drafts by it."""
