"""What the website talks to."""
