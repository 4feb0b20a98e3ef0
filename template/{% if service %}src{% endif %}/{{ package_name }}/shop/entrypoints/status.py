# Seeded: yours from now on, "copier update" never touches it again.
"""The HTTP status of each refusal, whatever the framework."""

from ..domain import errors

STATUS: dict[type[errors.ShopError], int] = {
    errors.BadName: 400,
    errors.NotLoggedIn: 401,
    errors.PaymentDeclined: 402,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.AlreadyExists: 409,
    errors.InsufficientFunds: 409,
    errors.OutOfStock: 409,
    errors.WrongState: 409,
    errors.TooManyAttempts: 429,
    errors.PaymentUnavailable: 502,
}
