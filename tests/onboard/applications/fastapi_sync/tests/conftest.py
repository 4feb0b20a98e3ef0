import pytest
from fastapi.testclient import TestClient
from invoices.database import Base, SessionLocal, engine
from invoices.main import create_app


@pytest.fixture(scope="session", autouse=True)
def db():
    Base.metadata.create_all(engine)
    with SessionLocal() as session:
        yield session


@pytest.fixture(scope="module")
def client():
    with TestClient(create_app()) as client:
        yield client
