"""Where customers answer and sign up: surveys."""
