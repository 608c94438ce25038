"""The try-out: a made-up company's site, the worker and a Slack stand-in on one address, with no account."""
