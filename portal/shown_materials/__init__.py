"""Materials as people see them: a derived view under a mark that says what it may be used for."""
