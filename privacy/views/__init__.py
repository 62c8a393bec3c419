"""Pages of the house's own rules, one module a noun."""
