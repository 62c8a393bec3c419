"""Custom web pages: blocks for one customer or account; drafted, looked at, published, shared and read."""
