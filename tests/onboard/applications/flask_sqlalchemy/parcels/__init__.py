from flask import Flask

from config import config

from .extensions import db


def create_app(config_name="default"):
    app = Flask(__name__)
    app.config.from_object(config[config_name])
    db.init_app(app)

    from .routes import bp

    app.register_blueprint(bp, url_prefix="/parcels")
    return app
