from stalls.settings import settings


async def test_the_address_is_made_of_its_parts():
    assert settings.db_url.endswith("/stalls_local")
