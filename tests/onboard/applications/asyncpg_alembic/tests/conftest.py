import pytest

from stalls.settings import settings


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(autouse=True)
async def local_settings(anyio_backend):
    """For every test, and only for coroutines."""
    before, settings.db_base = settings.db_base, "stalls_local"
    yield
    settings.db_base = before
