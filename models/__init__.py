"""What we remember, and nothing that decides."""
