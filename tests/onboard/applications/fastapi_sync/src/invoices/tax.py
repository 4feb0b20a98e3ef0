from decimal import Decimal


def gross(net: Decimal, rate: Decimal = Decimal("0.19")) -> Decimal:
    return (net * (1 + rate)).quantize(Decimal("0.01"))
