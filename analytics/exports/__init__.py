"""Lists and reports as files: one module a format, each writing any table to a file. docs/exports.md tells the rest."""
