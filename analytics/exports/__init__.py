"""Lists as files: one module a format, each a response made of the list's columns and rows."""
