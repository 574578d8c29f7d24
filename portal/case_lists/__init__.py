"""Lists of cases as pages: one set of handlers and one template piece for every room (docs/lists.md)."""
