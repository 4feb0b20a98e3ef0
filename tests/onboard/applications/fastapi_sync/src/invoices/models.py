from sqlalchemy import Column, Integer, Numeric, String

from .database import Base


class Invoice(Base):
    __tablename__ = "invoices"

    id = Column(Integer, primary_key=True)
    number = Column(String(30), nullable=False, unique=True)
    net = Column(Numeric(10, 2), nullable=False)
