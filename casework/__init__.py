"""The kernel: what a case is, who may do what to it, and how every act is stored and logged.

It knows no transport (no aiohttp), no media (no aiortc, no av) and no page (no jinja2).
"""
