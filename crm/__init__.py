"""CRMs and other programs that are told of leads: one module for each destination."""
