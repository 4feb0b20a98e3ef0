from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = "postgresql+asyncpg://bookings:bookings@localhost:5432/bookings"
    seats_per_table: int = 6


settings = Settings()
