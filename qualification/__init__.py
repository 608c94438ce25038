"""Who is this visitor, what do they need, are they ready for sales."""
