# Seeded: yours from now on, "copier update" never touches it again.
"""Users, accounts, products and orders. Money is in cents."""

import uuid
from dataclasses import dataclass, field

from .errors import InsufficientFunds, OutOfStock, WrongState

ROLES = ("customer", "staff", "admin")


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(eq=False)
class User:
    email: str
    name: str
    password_hash: str
    role: str = "customer"
    id: str = field(default_factory=new_id)


@dataclass(eq=False)
class Account:
    """The money of one user."""

    user_id: str
    balance: int = 0

    def withdraw(self, amount: int) -> None:
        if amount > self.balance:
            raise InsufficientFunds(f"{amount} is more than the balance of {self.balance}")
        self.balance -= amount

    def deposit(self, amount: int) -> None:
        self.balance += amount


@dataclass(eq=False)
class Product:
    sku: str
    name: str
    price: int
    stock: int = 0

    def require(self, quantity: int) -> None:
        if quantity > self.stock:
            raise OutOfStock(f"{self.stock} of {self.sku} left")

    def take(self, quantity: int) -> None:
        self.require(quantity)
        self.stock -= quantity


@dataclass(eq=False)
class OrderLine:
    sku: str
    quantity: int
    price: int


# What an order may become: a declined payment can be tried again.
NEXT = {
    "created": {"paid", "payment_failed"},
    "payment_failed": {"paid", "payment_failed"},
    "paid": {"shipped"},
    "shipped": {"delivered"},
    "delivered": set(),
}


@dataclass(eq=False)
class Order:
    customer_id: str
    lines: list[OrderLine]
    status: str = "created"
    id: str = field(default_factory=new_id)

    @property
    def total(self) -> int:
        return sum(line.quantity * line.price for line in self.lines)

    def require(self, status: str) -> None:
        if status not in NEXT[self.status]:
            raise WrongState(f"an order that is {self.status} cannot become {status}")

    def become(self, status: str) -> None:
        self.require(status)
        self.status = status


@dataclass(eq=False)
class HandledEvent:
    """Remembers an event, so that handling it again changes nothing."""

    id: str
