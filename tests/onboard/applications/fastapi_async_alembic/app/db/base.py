# All models are imported here, so that Alembic sees them.
from app.db.base_class import Base
from app.models.booking import Booking

__all__ = ["Base", "Booking"]
