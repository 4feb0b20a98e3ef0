import os


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY") or "hard to guess"
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "postgresql://localhost/parcels")


class TestingConfig(Config):
    TESTING = True


config = {"default": Config, "testing": TestingConfig}
