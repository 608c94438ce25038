"""What a playbook file may say: questions, knowledge, content, the ladder of offers, talk tracks and fixed lines."""

from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from qualification.facts import Intent, Slot
from qualification.playbook.knowledge import Index, best, index
from qualification.playbook.wording import acknowledging, asking, plain, saying, web_address

CONTENT_FITS = 0.25
"""How surely content must fit a need to be offered."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Plain = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(plain)]
Wording = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(saying)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(asking)]
Acknowledgement = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(acknowledging)]
Address = Annotated[str, AfterValidator(web_address)]
Wordings = Annotated[tuple[Wording, ...], Field(min_length=1, max_length=20)]
Questions = Annotated[tuple[Question, ...], Field(min_length=1, max_length=20)]
QuickReplies = Annotated[tuple[Annotated[Plain, StringConstraints(max_length=40)], ...], Field(max_length=6)]
PersonKind = Literal[
    "support", "job", "vendor", "partner", "student", "press", "competitor", "existing_customer", "spam", "resources"
]
Language = Literal["de", "es", "fr", "pt", "other"]


class Part(BaseModel):
    """A part of the file: a name it does not know is an error, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Company(Part):
    """Whose website this is."""

    name: Plain
    does: Plain = Field(description="One line: what the company does; used where an answer has to say it.")
    competitor_domains: tuple[str, ...] = Field((), description="Mail domains of competitors: no alert, a polite line.")


class PageGreeting(Part):
    """The first bubble on some pages; `*` in `path` stands for anything."""

    path: Annotated[Plain, StringConstraints(pattern=r"^/")]
    says: Wordings
    quick_replies: QuickReplies = ()


class Greeting(Part):
    """The first bubble. It must say that an assistant answers, not a person."""

    says: Wordings
    back: Wordings = Field(description="For a visitor who returns; {name} is used when it is known.")
    quick_replies: QuickReplies = ()
    pages: tuple[PageGreeting, ...] = Field((), description="Other words on some pages; the first path that fits.")

    def at(self, path: str) -> "Greeting | PageGreeting":
        """What is said first on this page."""
        return next((page for page in self.pages if fnmatchcase(path, page.path)), self)


class SlotQuestion(Part):
    """How one thing is asked: the first time, the second and last time, and why."""

    ask: Questions
    again: Questions = Field(description="The second ask: with a reason and another way.")
    why: Wording = Field(description='The answer to "why do you ask?".')
    quick_replies: QuickReplies = ()
    acknowledge: tuple[Acknowledgement, ...] = ()


class Patience(Part):
    """How much is asked at most."""

    before_offer: int = Field(4, ge=1, le=8, description="Questions before the next step is offered.")
    in_all: int = Field(6, ge=1, le=12, description="Different questions in one conversation.")


class Answer(Part):
    """One thing the assistant knows: a question in several wordings, the answer, and where to read on."""

    id: Id
    question: Plain
    wordings: tuple[Plain, ...] = ()
    keywords: tuple[Plain, ...] = Field((), description="Words that settle it alone when a question is asked.")
    answer: Wording
    link: Address | None = None
    link_label: Plain | None = None
    objection: bool = Field(False, description='Said as a statement ("too expensive"), and answered all the same.')
    answers_intent: Intent | None = Field(None, description="Given when this is meant and no other answer fits better.")
    audience: Literal["everyone", "buyer", "customer"] = "everyone"


class Content(Part):
    """Something to read that was prepared ahead."""

    id: Id
    title: Plain
    short: Plain = Field(description='How a sentence calls it: "the {content}".')
    about: Plain | None = Field(None, description="What one finds there, in a line: the link is then shown as a card.")
    url: Address
    topics: tuple[Plain, ...] = Field(min_length=1)


class Rung(Part):
    """A step of the ladder: content to read, or a meeting to accept. Climbed by interest, never pushed."""

    id: Id
    label: Plain
    interest: float = Field(ge=0, le=2, description="Share of the score threshold from which it is offered.")
    offer: Wordings
    again: Wordings | None = Field(None, description="Once more after a question in between.")
    quick_replies: QuickReplies = ()
    accept: tuple[Plain, ...] = Field((), description='Words that accept it besides "yes".')
    instead: tuple[Plain, ...] = Field((), description="Words that choose the content offered beside it.")
    content: Id | None = None
    meeting: bool = Field(False, description="Accepting it is purchase interest: a person of the team takes over.")


class NextStep(Part):
    """How a meeting is set up once it is wanted."""

    reach: Questions = Field(description="When there is no e-mail or phone number yet.")
    asked: Questions = Field(description="The visitor asked for it: {contact} is known.")
    asked_unreachable: Questions = Field(description="The visitor asked for it and gives no contact.")
    accepted: Questions = Field(description="The visitor accepted our offer.")
    again: Questions
    noted: Wordings = Field(description="After the answer: the named next step; {contact} is known.")
    noted_unreachable: Wordings
    quick_replies_asked: QuickReplies = ()
    quick_replies_accepted: QuickReplies = ()
    last_question: Questions = Field(description="Asked once after the time, when the need is not known yet.")


class People(Part):
    """What a visitor who is not buying hears: help and the right address."""

    says: Wordings
    again: Wordings
    link: Address | None = None
    link_label: Plain | None = None


class Lines(Part):
    """Fixed lines for moments that are not about the product."""

    hello: Questions
    acknowledge: Annotated[tuple[Acknowledgement, ...], Field(min_length=1)]
    acknowledge_several: Annotated[tuple[Acknowledgement, ...], Field(min_length=1)]
    corrected: Annotated[tuple[Acknowledgement, ...], Field(min_length=1)]
    removed: Annotated[tuple[Acknowledgement, ...], Field(min_length=1)]
    declined: Annotated[tuple[Acknowledgement, ...], Field(min_length=1)]
    offer_declined: Wordings
    confirm: Questions
    content: Wordings = Field(description="With the link of a content promised before: {content}.")
    content_anyway: Wordings = Field(description="The same when the visitor keeps the address to themselves.")
    unknown_answer: Wordings
    unknown_answer_offer: Questions = Field(description="The same when nothing else is being asked.")
    bot: Wordings
    why_general: Wordings
    who_sees: Wordings
    unclear: Wordings
    empty: Wordings
    off_topic: Wordings
    abuse: Wordings
    crisis: Wordings
    thanks: Wordings
    goodbye: Wordings
    just_looking: Wordings
    opt_out: Wordings
    privacy_erase: Wordings
    privacy_access: Wordings
    not_buying: Wordings
    masked: Wordings
    closing: Wordings = Field(description="Nothing is left to ask and a colleague will be in touch.")
    closing_open: Wordings = Field(description="Nothing is left to ask and nobody was promised.")
    noted: Wordings
    rep_joins: Wordings = Field(("{rep} from our team joins us here.",), description="Before the first words of {rep}.")
    rep_leaves: Wordings = Field(
        ("My colleague had to go; I am the assistant again, and pass on what you write.",),
        description="When the assistant speaks again.",
    )


class ForeignLines(Part):
    """The same few moments in another language."""

    hello: Wordings
    reach: Questions
    thanks: Wordings
    declined: Wordings
    meeting: Wordings


class Playbook(Part):
    """How we talk: one file per site."""

    version: int = Field(ge=1)
    company: Company
    greeting: Greeting
    order: tuple[Slot, ...] = Field(min_length=1, description="The usual order of questions.")
    always: tuple[Slot, ...] = Field((), description="Asked even when no rule of the criteria needs it.")
    patience: Patience = Patience(before_offer=4, in_all=6)
    questions: dict[Slot, SlotQuestion]
    knowledge: tuple[Answer, ...] = Field(min_length=1)
    content: tuple[Content, ...] = Field(min_length=1)
    ladder: tuple[Rung, ...] = Field(min_length=1)
    next_step: NextStep
    talk_tracks: dict[Id, Annotated[tuple[Plain, ...], Field(min_length=1, max_length=3)]]
    people: dict[PersonKind, People]
    lines: Lines
    languages: dict[Language, ForeignLines]

    @cached_property
    def answers(self) -> Index:
        """Knowledge by its words."""
        return index({one.id: ((one.question, *one.wordings), one.keywords) for one in self.knowledge})

    @cached_property
    def topics(self) -> Index:
        """Content by its topics."""
        return index({one.id: ((one.title, *one.topics), ()) for one in self.content})

    def answer(self, id: str) -> Answer:
        return next(one for one in self.knowledge if one.id == id)

    def content_by_id(self, id: str) -> Content:
        return next(one for one in self.content if one.id == id)

    def rung(self, id: str) -> Rung:
        return next(one for one in self.ladder if one.id == id)

    def content_for(self, need: str) -> Content | None:
        """What was prepared for such a need, if it fits well enough to be shown."""
        found = best(self.topics, need)
        return self.content_by_id(found.id) if found and found.confidence >= CONTENT_FITS else None

    def step(self, id: str | None) -> str | None:
        """How the step of the ladder is called that a segment's `cta` names."""
        return next((rung.label for rung in self.ladder if rung.id == id), None)

    def for_people(self, kind: str) -> People | None:
        """What a kind of visitor who is not buying hears, or what a criteria file's route says."""
        return next((people for known, people in self.people.items() if known == kind), None)

    def foreign(self, language: str | None) -> ForeignLines | None:
        return next((lines for known, lines in self.languages.items() if known == language), None)

    def talk_track(self, id: str | None) -> tuple[str, ...]:
        """The lines for a segment's talk track; the `default` one when it has none."""
        return self.talk_tracks.get(id or "default", self.talk_tracks["default"])
