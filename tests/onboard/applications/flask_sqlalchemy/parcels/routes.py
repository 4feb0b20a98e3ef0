from flask import Blueprint, jsonify, request
from sqlalchemy.exc import IntegrityError

from .extensions import db
from .models import Parcel
from .postage import cents

bp = Blueprint("parcels", __name__)


@bp.post("")
def send():
    parcel = Parcel(**request.get_json())
    db.session.add(parcel)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return jsonify(error="this label is taken"), 400
    return jsonify(label=parcel.label, cents=cents(parcel.grams)), 201
