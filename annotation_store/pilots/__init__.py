"""Pilots: small trials that measure what drafts are worth, some photos with a draft and some without, by lot."""
