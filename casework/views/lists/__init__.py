"""Lists of cases: one filter, one scope a role, pages by cursor (docs/lists.md)."""
