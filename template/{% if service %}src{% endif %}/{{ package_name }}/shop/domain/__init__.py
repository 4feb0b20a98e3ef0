# Seeded: yours from now on, "copier update" never touches it again.
"""The rules: no framework, no database, no network."""
