"""The right-hand side of the try-out: a desk that shows what the bot sent and lets a person act on it."""
