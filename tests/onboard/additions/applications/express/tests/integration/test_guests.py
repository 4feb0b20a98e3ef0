"""Guests over HTTP, with the service's real database."""

ANN = {"name": "Ann", "email": "ann@example.com"}


def test_registering_stores_the_guest(client, db):
    response = client.post("/guests", json=ANN)

    assert response.status_code == 201
    assert response.json()["email"] == "ann@example.com"
    assert db.execute("SELECT name FROM guests").fetchall() == [("Ann",)]


def test_duplicate_address_is_refused(client, db):
    client.post("/guests", json=ANN)

    response = client.post("/guests", json=ANN | {"name": "Another"})

    assert response.status_code == 400
    assert response.json() == {"error": "ann@example.com is taken"}
    assert db.execute("SELECT count(*) FROM guests").fetchone() == (1,)


def test_missing_address_is_refused(client, db):
    response = client.post("/guests", json={"name": "Ann"})

    assert response.status_code == 400
    assert db.execute("SELECT * FROM guests").fetchall() == []


def test_list_has_every_guest(client, db):
    db.execute("INSERT INTO guests (name, email) VALUES ('Bob', 'bob@example.com')")
    db.commit()
    client.post("/guests", json=ANN)

    response = client.get("/guests")

    assert [guest["name"] for guest in response.json()] == ["Ann", "Bob"]


def test_unknown_guest_is_not_found(client):
    response = client.get("/guests/0")

    assert response.status_code == 404
