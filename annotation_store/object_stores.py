"""Object stores: Amazon S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

Where the store is and who may use it comes from the environment, as obstore reads it: ``AWS_ACCESS_KEY_ID``,
``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION``, ``AWS_ENDPOINT_URL`` for others than Amazon, and their like of the other two.
"""

import re
from types import ModuleType
from urllib.parse import urlsplit

from annotation_store.errors import StoreError
from matting_core.optional_packages import require

SCHEMES = ("s3", "gs", "az", "file")

_LONGEST_REASON = 200


class InvalidAddressError(StoreError, ValueError):
    """An address that no object store can have, or that holds something secret."""


def obstore_for(purpose: str) -> ModuleType:
    """The package obstore. purpose: what needs it, as the subject of a sentence. Raises MissingPackageError."""
    obstore = require("obstore", purpose=purpose)
    require("obstore.store", purpose=purpose)
    return obstore


def checked_address(where: str, *, use: str) -> str:
    """The address, without anything secret in it.

    use: of what kind of object store, as ``an export can go to``. Raises InvalidAddressError, which does not quote it.
    """
    try:
        address = urlsplit(where)
    except ValueError:  # which quotes a part of it
        raise InvalidAddressError("This is no address of an object store: write s3://BUCKET/FOLDER.") from None
    if address.scheme not in SCHEMES:
        raise InvalidAddressError(
            f"{address.scheme}:// is no object store that {use}: write s3://BUCKET/FOLDER, gs:// or az://."
        )
    if "@" in address.netloc or address.query or address.fragment:
        raise InvalidAddressError(
            "The address of an object store has neither a name, nor a password, nor anything after a question mark in "
            "it: leave them out, and set the environment variables of the store instead."
        )
    return where


def reason_of(error: BaseException) -> str:
    """One line of it, without what follows a question mark in an address."""
    line = str(error).split("\n", 1)[0].split(": <", 1)[0]
    return re.sub(r"\?\S*", "", line)[:_LONGEST_REASON]
