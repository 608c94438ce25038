"""The buttons and modals, one module each."""
