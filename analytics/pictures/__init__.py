"""Pictures: Vega-Lite specifications, each with a title that says the finding, a text alternative and its table.

Each module beside this one that declares DRAWINGS is found by itself (`drawings.py`); the page and the file draw the
same specification. Sizes come from the style sheet or the file (width and height `container`), colours from the theme.
"""
