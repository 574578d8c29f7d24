"""Joins, leaves and long calls, and whether everything they took is given back."""
