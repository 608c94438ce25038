"""The App Home is opened: what its owner may see is read and published."""

from datetime import timedelta
from typing import Any

import structlog
from slack_bolt import Ack

from bot.config import Desk
from bot.grammar import Filters
from bot.home import MOST_ROWS, Home, Running, view, words_view
from bot.identity import Refused
from bot.reads import NO_STORE
from bot.room import Body, Room
from bot.slack_errors import FAILURES, judge
from qualification.figures import Tally
from qualification.views import LeadRow, Person

MONTH = timedelta(days=30)
OPEN = ("claimed", "accepted")
log = structlog.get_logger()


class HomeTab:
    def __init__(self, room: Room) -> None:
        self._room = room

    def opened(self, ack: Ack, event: dict[str, Any]) -> None:
        ack()

    def pressed(self, ack: Ack) -> None:
        ack()

    def agreed(self, body: Body, context: dict[str, Any]) -> None:
        """What was pressed on the page is done, and then the page says so."""
        self._room.work(context)
        self.publish(body, context)

    def publish(self, body: Body, context: dict[str, Any]) -> None:
        """Nothing is changed by it, so a page that could not be shown is simply opened again."""
        event = body.get("event") or {}
        if event.get("tab", "home") == "home":
            user = str(event.get("user") or (body.get("user") or {}).get("id") or "")
            self._room.reads.later(lambda: self._publish(user, self._shown(user, body)))

    def _shown(self, user: str, body: Body) -> dict[str, Any]:
        team = body.get("team")
        teams = (body.get("team_id"), team.get("id") if isinstance(team, dict) else None)
        by = self._room.doorkeeper.person(user, *teams)
        if isinstance(by, Refused):
            return words_view(by.text)
        try:
            return view(home_of(self._room.desk, by))
        except Exception as error:
            log.error("lead_store_not_reached", error=type(error).__name__)
            return words_view(NO_STORE.text)

    def _publish(self, user: str, shown: dict[str, Any]) -> None:
        try:
            self._room.client.views_publish(user_id=user, view=shown)
        except FAILURES as error:
            log.warning("home_not_published", error=getattr(judge(error), "error", ""))


def home_of(desk: Desk, by: Person) -> Home:
    mine = [row for row in desk.listed(Filters(owner=by.id), 50) if row.handoff in OPEN]
    free = sorted(desk.listed(Filters(handoff="offered"), 50), key=_rank)
    held = desk.doors.enquiry.queue(desk.site_id, MOST_ROWS + 1)
    waiting = {row.ref for row in held}
    free = [row for row in free if row.ref not in waiting and row.status in ("active", "nurturing")]
    running = _running(desk) if by.role != "rep" else None
    muted = desk.doors.enquiry.muted_until(desk.site_id, by.id)
    return Home(by, mine, free, held, _figures(desk, by), running, muted)


def _rank(row: LeadRow) -> tuple[bool, int]:
    return not row.purchase_interest, -(row.score or 0)


def _figures(desk: Desk, by: Person) -> Tally | None:
    found = desk.doors.enquiry.figures(desk.site_id, desk.clock() - MONTH, "rep")
    return next((row for row in found.rows if row.name == by.id), None)


def _running(desk: Desk) -> Running:
    agreement, site_id, config = desk.doors.agreement, desk.site_id, desk.config
    waits = next((one for one in agreement.versions(site_id) if one.waits), None)
    missing = tuple(side for side in ("marketing", "sales") if waits and side not in {one.side for one in waits.agreed})
    bar = agreement.threshold(site_id, desk.clock())
    return Running(
        criteria=agreement.sentence(site_id),
        waits=(waits.number, missing) if waits else None,
        bar=bar.waits.sentence if bar.waits else bar.morning.sentence,
        bar_waits=bar.waits is not None,
        leaks=desk.doors.enquiry.leaks(site_id),
        channel=config.alert_channel,
        team=config.team,
    )
