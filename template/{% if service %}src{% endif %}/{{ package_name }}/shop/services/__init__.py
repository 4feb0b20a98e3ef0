# Seeded: yours from now on, "copier update" never touches it again.
"""The use cases: what the shop can do, with the parts of `ports.py`."""
