# Seeded: yours from now on, "copier update" never touches it again.
"""How the tables came to be: made by manage.py makemigrations."""
