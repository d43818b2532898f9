"""What a scripted agent can do about a ticket that is not in its script: keep it, and whatever is said to it."""

from __future__ import annotations

from lmawep_tui.demo.desk import Desk
from lmawep_tui.demo.ideas import IDEAS, note_of, read_ideas, with_note, with_words
from lmawep_tui.demo.mend import bring_in_main
from lmawep_tui.demo.steps import Report
from lmawep_tui.demo.told import asked_for


def write_down(desk: Desk) -> Report:
    """Keeps the ticket, word for word, and below it what the person says to it, in a message or in a review."""
    done = [part for part in (bring_in_main(desk), _begin(desk), _go_on(desk)) if part]
    if not done:
        return Report("NO_CHANGE", f"The ticket stands in {IDEAS}, and nobody asked for more. I am only a script.")
    return Report("COMPLETE", f"{'; '.join(done)}. I am only a script.")


def _begin(desk: Desk) -> str:
    """The note, where there is none yet; returns what was done."""
    text = read_ideas(desk)
    if note_of(text, desk.ticket):
        return ""
    desk.say("· This ticket is not in my script. I can only write it down for somebody cleverer.", 1.5)
    _keep(desk, with_note(text, desk.ticket, desk.told.ticket or "No words."), f"Write down ticket {desk.ticket}")
    return f"Wrote the ticket down in {IDEAS}"


def _go_on(desk: Desk) -> str:
    """What was said, at the end of the note; returns what was done."""
    text = read_ideas(desk)
    more = with_words(text, desk.ticket, [*desk.told.person.splitlines(), *asked_for(desk.told.before)])
    if more == text:
        return ""
    desk.say("· I cannot build it, but what is said to it belongs there, too.", 1.0)
    _keep(desk, more, f"Write down what was said to ticket {desk.ticket}")
    return f"Wrote down in {IDEAS} what was said"


def _keep(desk: Desk, text: str, subject: str) -> None:
    desk.pause(1.0)
    desk.write(IDEAS, text)
    desk.say(f"▸ write {IDEAS}")
    desk.commit(subject)
