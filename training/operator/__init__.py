"""A simulated operator, who makes true mattes of drafts with the studio's own edits: what a draft is worth is what
work it leaves."""
