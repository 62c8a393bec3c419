"""Pages of records: teams, and the pages that every noun has."""
