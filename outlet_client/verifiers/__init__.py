"""Sources that are asked for materials instead of the citizen, and the one that speaks HTTP."""
