"""What worked, what a customer needs next, where there is trouble: methods over plain values, without the database.

Each method is checked against published figures by `manage.py evaluate` (docs/insight.md).
"""
