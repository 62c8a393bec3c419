"""What every resource of the API is built of: who asks, what they may, pages, repeats, limits, and how it is told."""
