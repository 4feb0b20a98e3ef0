from prices import for_guest


def test_employees_pay_less():
    assert for_guest(1000, employee=True) == 700
