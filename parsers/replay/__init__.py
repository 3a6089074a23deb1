"""An archived body shown with squares and sentences marked: the page itself, its sheet as a picture, or a rendering.

A program (`python -m parsers.replay`), because what it opens is hostile and whoever shows it has to stay up.
"""
