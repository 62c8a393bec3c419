"""What `manage.py evaluate` does with files: a method, its options and its words, one module a kind."""
