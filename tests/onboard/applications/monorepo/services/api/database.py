import os

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///canteen.db"), connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(engine)
