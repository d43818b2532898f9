"""Notes of a review on their way to the disk, one after another, and what others noted meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from lmawep_tui.model.errors import LmawepError

if TYPE_CHECKING:
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import PodId
    from lmawep_tui.model.review_notes import ReviewNotes
    from lmawep_tui.ui.screens.review import ReviewScreen

P = ParamSpec("P")


class Remarks:
    """Carries out what the person notes, in order, and shows what then stands in the file."""

    def __init__(self, screen: ReviewScreen) -> None:
        """Work for one screen."""
        self._screen = screen
        self._order = asyncio.Lock()
        self._looking = False

    def change(
        self,
        verb: Callable[Concatenate[Workspace, PodId, P], ReviewNotes],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Carry out a verb of `engine.review_notes` on the pod that is shown now; a refusal is said."""
        self.then(None, verb, *args, **kwargs)

    def then(
        self,
        done: Callable[[], None] | None,
        verb: Callable[Concatenate[Workspace, PodId, P], ReviewNotes],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """As `change`; `done` is called when it is stored."""
        screen, pod = self._screen, self._screen.pod_id

        async def work() -> None:
            try:
                await self._carry_out(pod, verb, *args, **kwargs)
            except LmawepError as error:
                screen.lmawep.say(str(error), "warning")
                return
            if done is not None:
                done()

        screen.bridge.spawn_task(work(), "note")

    async def stored(
        self,
        verb: Callable[Concatenate[Workspace, PodId, P], ReviewNotes],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """As `change`, for whoever waits until it is stored; raises LmawepError when it cannot be."""
        await self._carry_out(self._screen.pod_id, verb, *args, **kwargs)

    async def _carry_out(
        self,
        pod: PodId,
        verb: Callable[Concatenate[Workspace, PodId, P], ReviewNotes],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        bridge = self._screen.bridge
        async with self._order:
            await self._show(await bridge.verbs.run(verb, bridge.ws, pod, *args, **kwargs))

    def look(self) -> None:
        """Read the notes again: somebody may have written some from a script."""
        if self._looking:
            return
        self._looking = True
        screen, pod = self._screen, self._screen.pod_id

        async def read() -> None:
            from lmawep_tui.engine.review_notes import notes_of

            try:
                async with self._order:
                    await self._show(await screen.bridge.reads.run(notes_of, screen.bridge.ws, pod))
            except LmawepError:
                return  # what cannot be read was said when it was read first, or is said when it is written
            finally:
                self._looking = False

        screen.bridge.spawn_task(read(), "read notes")

    async def _show(self, notes: ReviewNotes) -> None:
        from lmawep_tui.ui.panes.review_reading import with_notes

        reading = self._screen.reading
        if reading is None or reading.view.pod != notes.pod or reading.view.notes == notes:
            return
        renewed = await self._screen.bridge.reads.run(with_notes, self._screen.bridge.ws, reading, notes)
        if self._screen.reading is reading:
            self._screen.show_notes(renewed)
        else:  # another commit was read meanwhile, and may have been before the note
            self.look()
