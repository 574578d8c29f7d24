"""Answers: from the worker to the desk, one for each command."""

from typing import Annotated, Literal

from pydantic import Field

from casework.worker_link.messages.base import Id, Message, Sdp


class HeldLeg(Message):
    """A leg of a room the worker holds: whose it is, and the number of the offer that nobody has
    answered, 0 if none is open. A desk that did not see that offer go cannot know who has it.
    """

    leg: Id
    incarnation: int
    unanswered: int = 0


class RoomState(Message):
    """A room the worker already holds, told to a desk that (re)connects."""

    call: Id
    epoch: int
    legs: list[HeldLeg]
    last_n: int


class Offer(Message):
    """`slots` maps the mid of each down m-line to nothing yet; `streams` events fill it."""

    number: int
    sdp: Sdp


class Stock(Message):
    """What a worker holds now: `addresses` that passed a check and user name `fragments` that would
    (both 0 without legs), `unsettled` calls that ended here and whose end no desk has acknowledged.
    """

    rooms: int
    legs: int
    addresses: int
    fragments: int
    unsettled: int
    tasks: int
    threads: int


class Done(Message):
    type: Literal["done"] = "done"
    id: int
    offer: Offer | None = None
    rooms: list[RoomState] | None = None
    stock: Stock | None = None


class Failed(Message):
    type: Literal["failed"] = "failed"
    id: int
    code: Id
    message: Annotated[str, Field(max_length=1000)]
