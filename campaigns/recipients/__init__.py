"""What recipients do without an account: show who they are, say what they want, ask, and pass something on."""
