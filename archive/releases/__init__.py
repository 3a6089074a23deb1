"""Releases: what researchers download, made of the database alone, so that the same rows give the same bytes."""
