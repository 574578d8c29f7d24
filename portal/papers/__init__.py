"""Papers of a case: what each is, its template, its seal, and how it becomes a PDF."""
