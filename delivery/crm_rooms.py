"""Every CRM and webhook of a house: who is told of leads, and what works what they tell us. Composition."""

from functools import partial

from config.values import is_web_address
from crm.guard import Forbidden, Guard, Unresolved
from crm.hooks import HookCalls
from crm.hubspot import CHANNEL as HUBSPOT
from crm.hubspot import Account, HubSpot
from crm.hubspot_inbound import KIND as HUBSPOT_EVENT
from crm.hubspot_inbound import HubSpotTells
from crm.logins import Login, Tokens
from crm.marketo import CHANNEL as MARKETO
from crm.marketo import Marketo
from crm.marketo_calls import login_of
from crm.marketo_inbound import KIND as MARKETO_CHANGED
from crm.marketo_inbound import MarketoLook, MarketoTells
from crm.marketo_story import Account as MarketoAccount
from crm.marketo_words import mapped
from crm.salesforce import CHANNEL as SALESFORCE
from crm.salesforce import Account as SalesforceAccount
from crm.salesforce import Salesforce
from crm.salesforce_words import mapped as salesforce_mapped
from crm.webhook import Shapes, Webhook
from crm.zendesk import CHANNEL as ZENDESK
from crm.zendesk import Account as ZendeskAccount
from crm.zendesk import Zendesk
from crm.zendesk_inbound import KIND as ZENDESK_TICKET
from crm.zendesk_inbound import ZendeskTells
from delivery.by_site import BySite
from delivery.crm_links import CrmLinks
from delivery.crm_positions import CrmPositions
from delivery.destination import Destination
from delivery.hooks import Hooks
from delivery.inbox import Inbox
from delivery.mail import CHANNEL as MAIL
from delivery.mail import Mail
from delivery.switches import Switches
from qualification.assembly import House
from qualification.policy import HOOKS, webhook_channel
from webhook.flat import conversation_told, flat_conversation, flat_lead, lead_told


def crm_inbox_of(house: House) -> Inbox:
    """What CRMs tell us, worked with each site's own account."""
    tokens = Tokens()
    handlers = {
        HUBSPOT_EVENT: lambda row: hubspot_tells(house, row.site_id).work(row),
        ZENDESK_TICKET: lambda row: zendesk_tells(house, row.site_id).work(row),
        MARKETO_CHANGED: lambda row: marketo_tells(house, tokens, row.site_id).work(row),
    }
    return Inbox(house.database, handlers, house.clock)


def mail_of(house: House) -> dict[str, Destination]:
    """Mail, when it is set up."""
    url, sender = house.settings.smtp_url, house.settings.mail_from
    return {MAIL: Mail(url.get_secret_value(), sender, house.enquiry)} if url and sender else {}


def listeners_of(house: House) -> dict[str, Destination]:
    """Whoever beside Slack is told of leads, by their channels."""
    found = {**_webhooks(house), **mail_of(house), HOOKS: BySite(partial(hooks_of, house))}
    if house.sites.is_given("HUBSPOT_TOKEN"):
        found[HUBSPOT] = BySite(lambda site_id: hubspot_of(house, site_id))
    if house.sites.is_given("ZENDESK_API_TOKEN"):
        found[ZENDESK] = BySite(lambda site_id: zendesk_of(house, site_id))
    if house.sites.is_given("MARKETO_CLIENT_SECRET"):
        found[MARKETO] = BySite(partial(marketo_of, house, Tokens()))
    if house.sites.is_given("SALESFORCE_CLIENT_SECRET"):
        found[SALESFORCE] = BySite(partial(salesforce_of, house, Tokens()))
    return found


def salesforce_of(house: House, tokens: Tokens, site_id: int) -> Salesforce | None:
    """A site's Salesforce as it is set up now."""
    names = ("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "SALESFORCE_API_URL")
    client_id, secret, url = (house.sites.given(site_id, name) for name in names)
    if not (client_id and secret and url):
        return None
    team = house.sites.one(site_id).team
    wanted = team.crm.salesforce
    fields: dict[str, str | None] = {str(ours): theirs for ours, theirs in wanted.fields_.items()}
    mapping = salesforce_mapped(wanted.key, fields, {str(ours): theirs for ours, theirs in wanted.stages.items()})
    account = SalesforceAccount(Login(client_id, secret, url.rstrip("/") + "/"), tokens, mapping)
    links = CrmLinks(house.database, SALESFORCE, house.clock)
    return Salesforce(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def marketo_of(house: House, tokens: Tokens, site_id: int) -> Marketo | None:
    """A site's Marketo as it is set up now."""
    account, team = marketo_account(house, tokens, site_id), house.sites.one(site_id).team
    if account is None:
        return None
    links = CrmLinks(house.database, MARKETO, house.clock)
    return Marketo(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def marketo_tells(house: House, tokens: Tokens, site_id: int) -> MarketoTells:
    """What works a site's changes; LookupError when its Marketo was taken away meanwhile."""
    account = marketo_account(house, tokens, site_id)
    if account is None:
        raise LookupError(f"site {site_id} has no Marketo any more")
    links, team = CrmLinks(house.database, MARKETO, house.clock), house.sites.one(site_id).team
    return MarketoTells(account, house.enquiry, links, house.handoff, team.colleague, house.clock)


def marketo_look(house: House, inbox: Inbox) -> MarketoLook:
    tokens = Tokens()

    def accounts() -> list[tuple[int, MarketoAccount]]:
        found = [(site.id, marketo_account(house, tokens, site.id)) for site in house.sites.all()]
        return [(site_id, account) for site_id, account in found if account]

    links = CrmLinks(house.database, MARKETO, house.clock)
    positions = CrmPositions(house.database, MARKETO, house.clock)
    return MarketoLook(accounts, links, positions, inbox.accept_event, house.clock)


def marketo_account(house: House, tokens: Tokens, site_id: int) -> MarketoAccount | None:
    names = ("MARKETO_CLIENT_ID", "MARKETO_CLIENT_SECRET", "MARKETO_API_URL")
    client_id, secret, url = (house.sites.given(site_id, name) for name in names)
    if not (client_id and secret and url):
        return None
    wanted = house.sites.one(site_id).team.crm.marketo
    fields: dict[str, str | None] = {str(ours): theirs for ours, theirs in wanted.fields_.items()}
    mapping = mapped(fields, {str(ours): theirs for ours, theirs in wanted.stages.items()})
    types = {str(kind): number for kind, number in wanted.activities.items()}
    login = login_of(client_id, secret, url)
    return MarketoAccount(login, tokens, mapping, wanted.program, wanted.program_status, wanted.partition, types)


def zendesk_of(house: House, site_id: int) -> Zendesk | None:
    """A site's Zendesk as it is set up now."""
    account, team = zendesk_account(house, site_id), house.sites.one(site_id).team
    if account is None:
        return None
    links = CrmLinks(house.database, ZENDESK, house.clock)
    return Zendesk(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def zendesk_account(house: House, site_id: int) -> ZendeskAccount | None:
    names = ("ZENDESK_EMAIL", "ZENDESK_API_TOKEN", "ZENDESK_API_URL")
    email, token, url = (house.sites.given(site_id, name) for name in names)
    return ZendeskAccount(email, token, url.rstrip("/") + "/") if email and token and url else None


def zendesk_tells(house: House, site_id: int) -> ZendeskTells:
    """What works a site's events; LookupError when its Zendesk was taken away meanwhile."""
    account = zendesk_account(house, site_id)
    if account is None:
        raise LookupError(f"site {site_id} has no Zendesk any more")
    links, team = CrmLinks(house.database, ZENDESK, house.clock), house.sites.one(site_id).team
    amount = team.crm.zendesk.amount_field
    return ZendeskTells(account, house.enquiry, links, house.handoff, team.colleague, house.clock, amount)


def _webhooks(house: House) -> dict[str, Destination]:
    """A channel for each address; a site's secret may change while we run, its addresses take a restart."""
    channels = {webhook_channel(url): url for url in sorted(house.sites.all_webhook_urls())}
    return {channel: BySite(partial(webhook_of, house, url)) for channel, url in channels.items()}


def webhook_of(house: House, url: str, site_id: int) -> Webhook | None:
    """A site's webhook as it is set up now."""
    secrets = house.sites.given(site_id, "WEBHOOK_SECRET")
    if not secrets or url not in house.sites.webhook_urls(site_id):
        return None
    guard = guard_of(house)
    switches, shapes = Switches(house.database, house.clock), Shapes(lead_told, conversation_told)
    return Webhook(url, secrets, shapes, house.enquiry, switches, guard, house.clock)


def hooks_of(house: House, site_id: int) -> HookCalls:
    """There for every site: tools come and go while we run."""
    secrets, hooks = house.sites.given(site_id, "WEBHOOK_SECRET") or "", Hooks(house.database, house.clock)
    shapes = Shapes(flat_lead, flat_conversation)
    return HookCalls(secrets, shapes, house.enquiry, hooks, guard_of(house), house.clock)


def guard_of(house: House) -> Guard:
    return Guard(lets_home=not house.settings.is_production)


def what_forbids(house: House, url: str) -> str | None:
    """Why an address may not be called; None when it may."""
    if not is_web_address(url) or (house.settings.is_production and not url.startswith("https://")):
        return "must be a web address like https://hooks.example.com/abc, without a user"
    try:
        guard_of(house).check(url)
    except Forbidden:
        return "leads into a private or reserved network, which is not called"
    except Unresolved:
        return "its host is not found"
    return None


def hubspot_of(house: House, site_id: int) -> HubSpot | None:
    """A site's HubSpot as it is set up now."""
    account, team = _account(house, site_id), house.sites.one(site_id).team
    if account is None:
        return None
    links = CrmLinks(house.database, HUBSPOT, house.clock)
    return HubSpot(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def hubspot_tells(house: House, site_id: int) -> HubSpotTells:
    """What works a site's events; LookupError when its HubSpot was taken away meanwhile."""
    account = _account(house, site_id)
    if account is None:
        raise LookupError(f"site {site_id} has no HubSpot any more")
    links, team = CrmLinks(house.database, HUBSPOT, house.clock), house.sites.one(site_id).team
    return HubSpotTells(account, house.enquiry, links, house.handoff, team.colleague, house.clock)


def _account(house: House, site_id: int) -> Account | None:
    token, settings = house.sites.given(site_id, "HUBSPOT_TOKEN"), house.settings
    if not token:
        return None
    team = house.sites.one(site_id).team
    wanted = team.crm.hubspot
    fields: dict[str, str | None] = {str(ours): theirs for ours, theirs in wanted.fields_.items()}
    return Account(token, settings.hubspot_api_url, settings.hubspot_api_version, fields, wanted.note, wanted.task)
