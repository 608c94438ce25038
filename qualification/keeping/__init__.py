"""Inside a door's transaction: the rows of a person read and written. Shared by the doors; nothing is decided here."""
