"""One play of scripted people, as a process of its own: `python -m yunchuang.demo.play PLAY ORIGIN`.

Drawing and coding pictures is hard work, and the desk must not feel it. Standard output carries one
JSON object a line: `{"step": NAME}`, and at the end `{"ended": REASON}`, empty when all went well.
Standard input is the string it hangs on: when it closes, the people leave in order.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Awaitable, Callable

from outlet_client.agent.people.scene import Scene, the_scene
from outlet_client.agent.plays.account import Account
from outlet_client.agent.plays.outlet_calls import outlet_calls
from outlet_client.agent.plays.reviewer_answers import reviewer_answers
from outlet_client.agent.plays.steps import Steps
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused
from yunchuang.demo.accounts import SCRIPTED, Play
from yunchuang.logging_setup import configure_logging

PLAYS: dict[Play, Callable[[str, Account, Scene, Steps], Awaitable[None]]] = {
    Play.OUTLET_CALLS: outlet_calls,
    Play.REVIEWER_ANSWERS: reviewer_answers,
}


async def run(play: Play, origin: str) -> str:
    """Plays to the end; why it ended early, or empty."""
    task = asyncio.ensure_future(
        PLAYS[play](origin, SCRIPTED[play], the_scene(), Steps(lambda name: _tell(step=name)))
    )
    hanging = asyncio.create_task(_until_input_closes(task))
    try:
        await task
    except (Refused, LineLost, OddAnswer, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"
    except asyncio.CancelledError:
        return "stopped"
    finally:
        hanging.cancel()
    return ""


async def _until_input_closes(task: asyncio.Future[None]) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with contextlib.suppress(ConnectionError):
        await reader.read()
    task.cancel()


def _tell(**members: str) -> None:
    # A desk that was killed reads no more; the closed input says so, too.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(members) + "\n")
        sys.stdout.flush()


def main() -> None:
    configure_logging()
    play, origin = sys.argv[1:]
    reason = asyncio.run(run(Play(play), origin))
    _tell(ended=reason)
    sys.exit(1 if reason else 0)


if __name__ == "__main__":
    main()
