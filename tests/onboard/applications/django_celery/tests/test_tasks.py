from loans.tasks import reminder


def test_reminders_name_the_book():
    assert "Dune" in reminder("Dune", "Ada")
