from invoices.models import Invoice


def test_an_invoice_is_issued_once(client, db):
    new = {"number": "2024-1", "net": "100"}

    assert client.post("/invoices", json=new).status_code == 201
    assert client.post("/invoices", json=new).status_code == 400
    assert db.query(Invoice).count() == 1
    db.query(Invoice).delete()
    db.commit()
