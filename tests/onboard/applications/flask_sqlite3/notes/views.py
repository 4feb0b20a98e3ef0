import sqlite3

from flask import Blueprint, jsonify, request

from .db import get_db

bp = Blueprint("notes", __name__)


@bp.post("/notes")
def add():
    title = request.get_json()["title"]
    try:
        get_db().execute("INSERT INTO note (title) VALUES (?)", (title,))
        get_db().commit()
    except sqlite3.IntegrityError:
        return jsonify(error="there is a note with this title"), 400
    return jsonify(title=title), 201


@bp.get("/")
@bp.get("/notes")
def titles():
    return jsonify([row["title"] for row in get_db().execute("SELECT title FROM note ORDER BY id")])
