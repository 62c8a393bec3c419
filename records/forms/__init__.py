"""Forms: assigning customers, and the form that every noun has."""
