from ledgerlib import Ledger, metadata
from sqlalchemy import create_engine


def test_balance_is_the_sum_of_entries():
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    ledger = Ledger(engine)

    ledger.book("rent", -900)
    ledger.book("salary", 2100)

    assert ledger.balance() == 1200
