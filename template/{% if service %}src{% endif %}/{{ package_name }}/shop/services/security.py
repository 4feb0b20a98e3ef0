# Seeded: yours from now on, "copier update" never touches it again.
"""Passwords and tokens, with the standard library."""

import base64
import binascii
import hashlib
import hmac
import os


def hash_password(password: str, cost: int) -> str:
    """A salted scrypt hash; `cost` is the power of two that makes guessing slow."""
    salt = os.urandom(16)
    return f"{cost}${salt.hex()}${_scrypt(password, salt, cost).hex()}"


def password_matches(password: str, password_hash: str) -> bool:
    cost, salt, expected = password_hash.split("$")
    found = _scrypt(password, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(found, bytes.fromhex(expected))


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**cost, r=8, p=1, maxmem=2**28)


def make_token(user_id: str, secret: str) -> str:
    """The user's id with a signature."""
    signature = hmac.digest(secret.encode(), user_id.encode(), "sha256")
    return f"{user_id}.{base64.urlsafe_b64encode(signature).decode()}"


def read_token(token: str, secret: str) -> str | None:
    """The user's id, or None if the signature is not ours."""
    user_id, _, signature = token.partition(".")
    expected = hmac.digest(secret.encode(), user_id.encode(), "sha256")
    try:
        found = base64.urlsafe_b64decode(signature)
    except (binascii.Error, ValueError):
        return None
    return user_id if hmac.compare_digest(found, expected) else None
