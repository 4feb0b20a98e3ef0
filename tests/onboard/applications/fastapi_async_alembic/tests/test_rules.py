from app.rules import tables_needed


def test_a_party_gets_enough_tables():
    assert tables_needed(13) == 3
