"""Papers that the window prints, set by typst with a font that ships with the program."""
