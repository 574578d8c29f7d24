"""The relay: forwards encrypted media between the legs of a call and never decodes it.

It runs in a media worker on one event loop. `engine.Relay` is its door; the recorder meets it at
`casework.ports.MediaTap`.
"""
