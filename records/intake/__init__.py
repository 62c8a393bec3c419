"""Intake: a file, its mapping, and an importer that turns its rows into records.

source > delimited > fields > pipeline is the way of a row; kinds holds the importers by name.
"""
