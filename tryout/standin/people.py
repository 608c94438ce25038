"""The made-up workspace: who is in it, which channels it has, and which app is installed."""

from dataclasses import dataclass, field

TEAM = "T0NORTHLIT1"
OTHER_TEAM = "T0ELSEWHERE"
ANN, BEN, CARLA = "U0ANN000001", "U0BEN000002", "U0CARLA0003"
MARA = "U0MARA00004"
GUEST, OUTSIDER, GONE = "U0GUEST0005", "U0OUTSIDE06", "U0GONE00007"
BOT_USER, SLACKBOT = "U0FOYERBOT8", "USLACKBOT"
LEADS, URGENT, GENERAL, ARCHIVED, PRIVATE, SHARED = (
    "C0LEADS0001",
    "C0URGENT002",
    "C0GENERAL03",
    "C0OLDLEADS4",
    "G0DEALDESK5",
    "C0PARTNER06",
)
REPS_GROUP = "S0SALESREPS"

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)


@dataclass(frozen=True)
class User:
    id: str
    name: str
    real_name: str
    team: str
    email: str = ""
    tz: str = "Europe/Berlin"
    title: str = ""
    admin: bool = False
    guest: bool = False
    bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """`im` is the other person of a direct conversation with the bot."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    shared: bool = False
    im: str = ""
    read_only: bool = False


@dataclass
class App:
    """The installed app: its tokens, its scopes and whether the installation still holds."""

    bot_token: str
    signing_secret: str
    scopes: set[str]
    id: str = "A0FOYER0001"
    bot_id: str = "B0FOYER0001"
    user: str = BOT_USER
    name: str = "foyer"
    client_id: str = "1111111111.2222222222"
    client_secret: str = "stand-in-client-secret"  # noqa: S105 - made up
    app_token: str = "xapp-stand-in-token"  # noqa: S105 - made up
    revoked: bool = False


def default_users(team: str) -> list[User]:
    """Three reps, their manager, and people who must not be let in."""
    return [
        User(ANN, "ann", "Ann Weber", team, "ann@northlight.example", title="Account executive"),
        User(BEN, "ben", "Ben Okafor", team, "ben@northlight.example", tz="Europe/London", title="Account executive"),
        User(
            CARLA,
            "carla",
            "Carla Rossi",
            team,
            "carla@northlight.example",
            tz="America/New_York",
            title="Account executive",
        ),
        User(MARA, "mara", "Mara Lindt", team, "mara@northlight.example", title="Head of sales", admin=True),
        User(GUEST, "gil", "Gil Guest", team, "gil@contractor.example", guest=True, title="Contractor"),
        User(OUTSIDER, "olga", "Olga Outside", OTHER_TEAM, title="At a partner company"),
        User(GONE, "greta", "Greta Gone", team, "greta@northlight.example", deleted=True),
        User(BOT_USER, "foyer", "Foyer", team, bot=True),
        User(SLACKBOT, "slackbot", "Slackbot", team, bot=True),
    ]


def default_channels() -> list[Channel]:
    sales = {ANN, BEN, CARLA, MARA}
    return [
        Channel(LEADS, "leads", {*sales, GUEST, BOT_USER}),
        Channel(URGENT, "leads-urgent", {*sales, BOT_USER}),
        Channel(GENERAL, "general", {*sales, GUEST}),
        Channel(ARCHIVED, "old-leads", {*sales, BOT_USER}, archived=True),
        Channel(PRIVATE, "deal-desk", {ANN, MARA, BOT_USER}, private=True),
        Channel(SHARED, "partner-acme", {*sales, OUTSIDER, BOT_USER}, shared=True),
    ]


def default_groups() -> dict[str, list[str]]:
    return {REPS_GROUP: [ANN, BEN, CARLA]}
