"""Keeping what the studio remembers: backup, restore, what is wrong with a store, and what nobody needs any more."""
