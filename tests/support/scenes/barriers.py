"""What axe-core finds on a page that would keep somebody out (WCAG 2.2 AA)."""

from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
EVERY_RULE = "{resultTypes: ['violations']}"
STANDARD = "{resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa']}"


async def barriers(page: Page, options: str = EVERY_RULE) -> list[tuple[str, str, list[str]]]:
    """Rule, impact and places of what is found.

    The page must be one that was asked for less motion: a button that opens just then changes
    its colour at once, and nobody judges a contrast that stands for a tenth of a second.
    """
    assert await page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate(f"axe.run(document, {options})")
    return [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"]])
        for one in found["violations"]
    ]


async def no_barriers(page: Page, options: str = EVERY_RULE) -> None:
    found = await barriers(page, options)
    assert not found, found
