from .extensions import db


class Parcel(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    label = db.Column(db.String(40), unique=True, nullable=False)
    grams = db.Column(db.Integer, nullable=False)
