"""Pages of the workplace, one module a noun."""
