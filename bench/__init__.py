"""How fast it is, as ratios against a named baseline in the same run; and how it bears hostile input (fuzz.py)."""
