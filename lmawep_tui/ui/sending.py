"""A verb that a dialog waits for: a refusal comes back to where the words were typed, and nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from lmawep_tui.model.errors import Refused

if TYPE_CHECKING:
    from lmawep_tui.ui.bridge import Bridge

T = TypeVar("T")


async def carried_out(bridge: Bridge, key: str, word: str, verb: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Carry out a verb as `Bridge.do` does and return its result; raises Refused with the reason why it cannot be.

    A reason that comes when nobody waits for it any more is said as any other.
    """
    ended: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def done(result: T) -> None:
        if not ended.done():
            ended.set_result(result)

    def failed(why: str) -> None:
        if ended.done():
            bridge.say(why, "warning")
        else:
            ended.set_exception(Refused(why))

    bridge.do(key, word, verb, *args, then=done, failed=failed, **kwargs)
    return await ended
