"""Turns a file into pictures and texts of its pages, in a process of its own that may use only so much.

Files come from outside and their parsers are written in C: whatever they do happens here, where nothing can be lost.
This package knows neither Django nor the database. `drawn_pages` starts `python -m campaigns.materials.drawing`.
"""
