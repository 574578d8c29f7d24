"""Scenes that the tests of several rooms share: a kernel, a city, a call, a case, a counter."""
