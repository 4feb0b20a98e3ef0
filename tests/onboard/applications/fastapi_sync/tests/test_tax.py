from decimal import Decimal

from invoices.tax import gross


def test_tax_is_added():
    assert gross(Decimal("100")) == Decimal("119.00")
