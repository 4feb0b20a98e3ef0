from .ledger import Ledger
from .tables import metadata

__all__ = ["Ledger", "metadata"]
