"""The scripted people: what each of them can do, all of it by the public interfaces."""
