# Seeded: yours from now on, "copier update" never touches it again.
"""The ways in: HTTP requests and messages."""
