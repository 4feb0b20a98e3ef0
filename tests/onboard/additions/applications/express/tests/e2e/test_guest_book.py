"""A guest book, from outside."""


def test_guest_is_found_after_registration(e2e_client):
    guest = e2e_client.post("/guests", json={"name": "Ann", "email": "ann@example.com"}).json()

    assert e2e_client.get(f"/guests/{guest['id']}").json() == guest
