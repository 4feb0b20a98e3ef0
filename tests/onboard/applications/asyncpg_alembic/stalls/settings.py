from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="stalls_")

    db_host: str = "localhost"
    db_port: int = 5432
    db_user: str = "stalls"
    db_pass: str = "stalls"
    db_base: str = "stalls"

    @property
    def db_url(self) -> str:
        return f"postgresql://{self.db_user}:{self.db_pass}@{self.db_host}:{self.db_port}/{self.db_base}"


settings = Settings()
