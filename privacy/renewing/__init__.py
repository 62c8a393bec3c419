"""Pages that renew themselves: what has changed since they were shown, told by versions in Redis alone."""
