"""How the lines of running calls are: scored once, told to pages, kept with the call."""
