"""Promises kept, both ways: what we owe others (outbox) and what others told us (inbox)."""
