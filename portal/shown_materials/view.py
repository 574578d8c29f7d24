"""One material as it is shown: marked outside the loop, few at a time, and never for long."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from casework.materials.pdf import marked_pdf
from casework.model.material import MediaType
from casework.policy.material_refusals import ViewNotMade
from portal.shown_materials.picture import marked_picture
from portal.shown_materials.tile import tile_of
from portal.shown_materials.words import Mark

MAX_AT_ONCE = 2
LONGEST_S = 60.0
# Threads of their own: views that take long keep each other waiting, and no act.
_THREADS = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="marking")


async def marked(content: bytes, media_type: MediaType, mark: Mark) -> bytes:
    """The derived view, of the same type; the content itself is not changed. Raises ViewNotMade."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LONGEST_S):
            return await loop.run_in_executor(_THREADS, _marked, content, media_type, mark)
    except TimeoutError as late:
        raise ViewNotMade from late


def _marked(content: bytes, media_type: MediaType, mark: Mark) -> bytes:
    if media_type is not MediaType.PDF:
        return marked_picture(content, media_type, mark)
    tile = tile_of(mark)
    return marked_pdf(content, tile.tobytes(), tile.width, tile.height)
