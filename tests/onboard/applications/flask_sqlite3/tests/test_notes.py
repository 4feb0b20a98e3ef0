def test_a_note_is_listed(notes_client):
    notes_client.post("/notes", json={"title": "milk"})

    assert notes_client.get("/notes").json == ["milk"]
