"""Trains and judges the understanding of messages."""
