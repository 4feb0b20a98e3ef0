import pytest
from notes import create_app
from notes.db import init_db


@pytest.fixture
def notes_client(tmp_path):
    app = create_app({"TESTING": True, "DATABASE": str(tmp_path / "notes.sqlite")})
    with app.app_context():
        init_db()
    return app.test_client()
