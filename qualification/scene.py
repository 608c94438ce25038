"""All that an answer is made from, gathered once per turn, and a reply as it grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qualification.assessment import Assessment
from qualification.facts import PURCHASE_INTEREST, Facts, Intent, Slot, Understanding
from qualification.listening import Heard
from qualification.playbook import Playbook
from qualification.speech import CallToAction, DialogueState, Say
from qualification.stages import BUYER_KINDS, Position
from qualification.voice import known_words, line


@dataclass(frozen=True, slots=True)
class Use:
    """What answers are good for.

    `wanted` are the slots that can still change the verdict, in order; `worth` those that the criteria read at all,
    `decisive` those of which one answer alone could bring the score to the bar.
    """

    wanted: tuple[Slot, ...] = ()
    worth: frozenset[Slot] = frozenset()
    decisive: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """One turn: what was said against what is known, and what further answers are good for."""

    playbook: Playbook
    heard: Heard
    facts: Facts
    before: DialogueState
    position: Position
    assessment: Assessment
    use: Use = field(default_factory=Use)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def understanding(self) -> Understanding:
        return self.heard.understanding

    def has(self, *intents: Intent) -> bool:
        return self.heard.understanding.has(*intents)

    @property
    def is_buyer(self) -> bool:
        return self.position.kind in BUYER_KINDS

    @property
    def contact(self) -> str | None:
        return self.words.get("contact")

    @property
    def interested(self) -> bool:
        wish = self.facts.get(PURCHASE_INTEREST)
        return wish is not None and wish.value is True

    def line(self, wordings: Sequence[str], nth: int | None = None, **more: str) -> str:
        """A wording with the blanks filled; without `nth` it varies from turn to turn."""
        return line(wordings, {**self.words, **more}, self.before.turns if nth is None else nth)


def scene(
    playbook: Playbook,
    heard: Heard,
    facts: Facts,
    before: DialogueState,
    position: Position,
    assessment: Assessment,
    use: Use,
) -> Scene:
    return Scene(playbook, heard, facts, before, position, assessment, use, known_words(playbook, facts))


@dataclass(frozen=True, slots=True)
class Reply:
    """What will be said, in order, and the state afterwards."""

    state: DialogueState
    says: tuple[Say, ...] = ()

    def saying(
        self, text: str, quick_replies: tuple[str, ...] = (), cta: CallToAction | None = None, **changes: object
    ) -> "Reply":
        """The reply with one more bubble (none for an empty text) and the state changed."""
        says = (*self.says, Say(text, quick_replies, cta)) if text else self.says
        return Reply(self.state, says).noting(**changes)

    def noting(self, **changes: object) -> "Reply":
        new = {name: value for name, value in changes.items() if getattr(self.state, name) != value}
        return Reply(replace(self.state, **new), self.says) if new else self  # type: ignore[arg-type]
