"""What the studio remembers: photos, revisions, corrections, reviews, models and training runs.

The door is `annotation_store.store.open_store`. Every public function takes the store first and answers with
frozen records; rows of the database never leave this floor.
"""
