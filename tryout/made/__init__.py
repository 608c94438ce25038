"""Ninety days of made-up leads, so that lists, replays and suggestions have something to show before anybody came."""
