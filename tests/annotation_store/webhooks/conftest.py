"""One webhook that is told of everything, and what has been made for it."""

import json

import pytest

from annotation_store.kinds import Happening
from annotation_store.webhooks import hooks
from annotation_store.webhooks.deliveries import list_deliveries

URL = "https://shop.example/hooks"


@pytest.fixture
def hook(store):
    return hooks.create(store, URL, kinds=Happening, by="ren")[0]


@pytest.fixture
def messages(store, hook):
    """The bodies that were made for it, oldest first."""

    def read(hook_id=hook.id):
        return [json.loads(each.body) for each in list_deliveries(store, hook_id)[::-1]]

    return read
