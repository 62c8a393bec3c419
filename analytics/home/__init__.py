"""What the home page shows, a part a module. Every part is a fixed number of statements over rollups."""
