"""Blobs in an object store: what a studio of many people and a million photos sets instead of the folder."""
