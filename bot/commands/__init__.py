"""The verbs of `/lead`, one module each."""
