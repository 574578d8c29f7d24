"""A headless station on aiortc: it calls in, shows and says things a machine can check.

The demo's scripted outlet and reviewer are this agent, and so are the measuring legs of the tests.
"""
