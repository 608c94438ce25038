"""People who look around, fill in forms and log in: short words for what a site tells of them."""

from typing import Any

from tests.two_sites import KEYS, ORIGINS, Deployment, Visitor

CRITERIA = """\
version: 1
agreed: {marketing: m@example.com, sales: s@example.com, on: 2026-11-20, review_by: 2027-02-20}
threshold: {floor: 50}
fields:
  email_kind: {type: email_kind}
  size:       {type: int_range, from: company_size}
  role:       {type: enum, from: job_title, map: {boss: [ceo, "vp *"], other: [engineer]}}
  demo:       {type: flag, intent: demo}
  prices:     {type: event_count, event: page_view, url: "*/pricing*", window_days: 14}
  visits:     {type: event_count, event: visit, window_days: 30}
  clicks:     {type: event_count, event: cta_click, window_days: 30}
  letter:     {type: event_count, event: newsletter, window_days: 90}
  expo:       {type: event_count, event: event, window_days: 90}
must_have:
  - {id: reachable, when: {email_kind: {known: true}}}
groups:
  fit:
    cap: [0, 60]
    rules:
      - {id: size, when: {size: {gte: 50}}, points: 20, why: Fifty people or more}
      - {id: boss, when: {role: {is: boss}}, points: 20, why: Decides}
  seen:
    cap: [0, 200]
    rules:
      - {id: prices, when: {prices: {gte: 1}}, points: 2, per: 1, max: 200, why: Looked at prices}
      - {id: visits, when: {visits: {gte: 2}}, points: 10, why: Came back}
      - {id: clicks, when: {clicks: {gte: 1}}, points: 1, per: 1, max: 200, why: Followed a call to action}
      - {id: letter, when: {letter: {gte: 1}}, points: 10, why: Reads the newsletter}
      - {id: expo,   when: {expo: {gte: 1}}, points: 10, why: Met us}
      - {id: demo,   when: {demo: {is: true}}, points: 20, why: Asked for a demo}
"""
ANN = "Hello, I am Ann Bell, ann.bell@northwind.io"


def view(path: str = "/pricing", site: str = "default", **data: Any) -> dict[str, Any]:
    return {"type": "page_view", "url": ORIGINS[site] + path, "data": data}


def click(name: str = "demo") -> dict[str, Any]:
    return {"type": "cta_click", "url": f"{ORIGINS['default']}/", "data": {"name": name}}


def tell(house: Deployment, *events: Any, token: str | None = None, site: str = "default", **headers: str) -> str:
    """What a browser tells; the visitor's token."""
    body = {"site": site, "events": list(events), **({"visitor_token": token} if token else {})}
    answer = house.client.post("/api/v1/events", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json["visitor_token"])


def browser(house: Deployment, token: str | None = None, site: str = "default") -> Visitor:
    """Somebody with the widget open, perhaps one that was seen before."""
    visitor = Visitor(house, site, token)
    visitor.open()
    return visitor


def send(house: Deployment, site: str = "default", **lead: Any) -> str:
    """A program of the site tells of somebody; the reference it gets."""
    body = {"source": {"channel": "form"}, **lead}
    answer = house.client.post("/api/v1/leads", json=body, headers={"Authorization": f"Bearer {KEYS[site]}"})
    assert answer.status_code == 202, answer.text
    return str(answer.json["lead_ref"])


def agree(house: Deployment, token: str | None, granted: bool) -> None:
    body = {"visitor_token": token, "purpose": "analytics", "granted": granted, "text_version": "2026-1"}
    assert house.client.post("/api/v1/consent", json=body).status_code == 204


def points(lead: Any) -> dict[str, int]:
    return {reason["rule"]: reason["points"] for reason in lead["assessment"]["reasons"]}


def counting(lead: Any) -> list[Any]:
    return [touch for touch in lead["touchpoints"] if touch["data"].get("worth") != 0]
