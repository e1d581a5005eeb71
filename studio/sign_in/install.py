"""Putting the sign-in into the web application."""

from fastapi import FastAPI

from studio.sign_in import account_routes, link_routes, oidc_routes, sign_in_routes, token_routes
from studio.sign_in.authentication import Authentication
from studio.sign_in.identity_provider import IdentityProvider
from studio.sign_in.local_door import LocalDoor
from studio.sign_in.throttle import Throttle
from studio.studio import Studio


def install_door(app: FastAPI, studio: Studio) -> None:
    """The door of a studio with accounts and its pages, or that of one without. Before the pages are mounted at ``/``.

    Raises MissingPackageError if an identity provider is set and the package for it is not installed.
    """
    if not studio.accounts:
        app.add_middleware(LocalDoor)
        return
    app.state.throttle = Throttle()
    app.state.identity_provider = IdentityProvider(studio.settings) if studio.settings.oidc_issuer else None
    for pages in (sign_in_routes, link_routes, account_routes, token_routes, oidc_routes):
        app.include_router(pages.router)
    app.add_middleware(Authentication)
