"""Webhooks: other programs are told what happens here, by messages that are signed, kept and tried again."""
