"""A file sent as it is: read up to its limit, looked at, encrypted and made durable, then named.

The content type of the request is not believed; `casework.materials` finds out by looking.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from casework.materials.content_type import MAX_BYTES
from casework.model.material import StoredMaterial
from casework.policy.refusals import MaterialTooLarge, MaterialUnreadable
from outlet_client.keys import OUTLET

UPLOAD_S = 900.0
"""20 MB over a line that has 200 kbit/s left beside a call."""
SILENCE_S = 30.0
MAX_SIGNATURE_BYTES = 512 * 1024
_CHUNK = 64 * 1024
# Threads of their own: contents that take long to look at keep each other waiting, and nobody else.
_LOOKING = ThreadPoolExecutor(4, thread_name_prefix="looking")


async def store_upload(
    request: web.Request, case_id: str, *, max_bytes: int = MAX_BYTES
) -> StoredMaterial:
    """Raises MaterialTooLarge or MaterialUnreadable; StoreUnavailable when the disk fails."""
    content = await read_upload(request, max_bytes)
    store = request.app[OUTLET].materials
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_LOOKING, store.put, case_id, content)


async def read_upload(request: web.Request, max_bytes: int) -> bytes:
    """The body as it is. Raises MaterialTooLarge, or MaterialUnreadable for nothing or too slow a one."""
    if (request.content_length or 0) > max_bytes:
        raise MaterialTooLarge(bytes=max_bytes)
    content = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_S):
            while chunk := await asyncio.wait_for(request.content.read(_CHUNK), SILENCE_S):
                content += chunk
                if len(content) > max_bytes:
                    raise MaterialTooLarge(bytes=max_bytes)
    except TimeoutError as slow:
        raise MaterialUnreadable("the upload did not arrive in time") from slow
    if not content:
        raise MaterialUnreadable("the upload is empty")
    return bytes(content)
