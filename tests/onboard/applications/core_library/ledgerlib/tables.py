from sqlalchemy import CheckConstraint, Column, Integer, MetaData, String, Table

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(40), nullable=False, unique=True),
    Column("cents", Integer, CheckConstraint("cents <> 0"), nullable=False),
)
