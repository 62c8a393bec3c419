"""Processes of their own that write a file from the lines that `analytics.exports.feeding` sends.

Each is run as `python -m analytics.exports.rendering.NAME FILE`, without Django and without the network.
"""
