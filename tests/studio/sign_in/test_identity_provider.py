import sys

import pytest

from matting_core.errors import MissingPackageError
from studio.settings import Settings
from studio.sign_in.identity_provider import IdentityProvider

SET = {
    "accounts": True,
    "public_url": "https://matte.example.com",
    "oidc_issuer": "https://id.example.com/realms/cut-outs",
    "oidc_client_id": "matteloop",
}


def test_without_authlib_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "authlib.integrations.httpx_client", None)
    with pytest.raises(MissingPackageError, match=r"identity provider.*pip install -r requirements-extra.txt"):
        IdentityProvider(Settings(_env_file=None, **SET))


@pytest.mark.parametrize(("label", "called"), [("", "id.example.com"), ("Cut-outs ID", "Cut-outs ID")])
def test_it_is_called_as_people_call_it(label, called):
    assert IdentityProvider(Settings(_env_file=None, **SET, oidc_label=label)).label == called
