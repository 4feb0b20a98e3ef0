# Seeded: yours from now on, "copier update" never touches it again.
