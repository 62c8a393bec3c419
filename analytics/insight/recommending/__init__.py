"""What somebody will want next, from who took what: several models, measured on what was held back, the best chosen."""
