import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient


@pytest.fixture
def client(web_app: FastAPI) -> TestClient:
    """The application as a browser on this computer reaches it, over a studio that holds nothing."""
    return TestClient(web_app, base_url="http://127.0.0.1")
