# Seeded: yours from now on, "copier update" never touches it again.
"""What the shop refuses, by reason."""


class ShopError(Exception):
    """The shop said no; the text is for the customer."""


class NotFound(ShopError):
    """There is no such thing, or it is not yours."""


class AlreadyExists(ShopError):
    """It must be unique, and is there already."""


class NotLoggedIn(ShopError):
    """Nobody knows who is asking."""


class Forbidden(ShopError):
    """Known, but not allowed."""


class TooManyAttempts(ShopError):
    """Try again in a minute."""


class InsufficientFunds(ShopError):
    """The account does not hold that much."""


class OutOfStock(ShopError):
    """There are not that many left."""


class WrongState(ShopError):
    """Not at this point of the order's life."""


class BadName(ShopError):
    """A file name that leads out of its folder."""


class PaymentDeclined(ShopError):
    """The bank said no; another card may work."""


class PaymentUnavailable(ShopError):
    """The gateway gave no answer; the same card may work later."""
