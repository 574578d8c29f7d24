"""Launches of the city's intake platforms: how they are signed, and where their fields belong."""
