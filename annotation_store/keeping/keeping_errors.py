"""What can be wrong with the folders of backups and restores."""

from annotation_store.errors import StoreError


class UnsuitablePlaceError(StoreError):
    """A folder or database that a backup or a restore must not be written to."""


class NotABackupError(StoreError):
    """A folder that holds no finished backup, or one that this version cannot read."""


class DamagedBackupError(StoreError):
    """A file of a backup, without which nothing can be restored, is missing or changed."""


class AlreadyAtWorkError(StoreError):
    """Another process makes a backup in the same folder, or collects the same store's files."""
