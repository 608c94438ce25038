"""Requests no person stands behind: crawlers, previews, link scanners, headless browsers, pages fetched ahead."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

_LONGEST_NAME = 512
_AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_FETCHED_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_KINDS = {
    "a headless browser": r"headless\w*|phantomjs|slimerjs|splash/|puppeteer|playwright|cypress|prerender\b",
    "a link scanner": r"slackbot\S*|facebookexternalhit|facebookcatalog|meta-external\w+|whatsapp/|telegrambot"
    r"|skypeuripreview|twitterbot|linkedinbot|discordbot|bitlybot|embedly|iframely|google-safety|googleimageproxy"
    r"|yahoomailproxy|yahoocachesystem|barracuda\w*|proofpoint|mimecast|symantec|bitdefender|trendmicro|fireeye"
    r"|ironport|forcepoint|zscaler|safelinks|urldefense|ms-office|microsoft ?preview|bingpreview|quora link preview"
    r"|vkshare|urlscan|virustotal",
    "a monitoring tool": r"(?:chrome-)?lighthouse|pagespeed|gtmetrix|pingdom|uptime\w*|statuscake|site24x7"
    r"|newrelicpinger|datadog\w*|catchpoint|monitis|w3c_validator|webpagetest|speedcurve",
    "a crawler": r"(?!cubot\b)[a-z0-9.-]{0,40}bot\b|crawl\w*|spider\w*|slurp|mediapartners-google|google-[a-z]+tool"
    r"|apis-google|feedfetcher|ahrefs\w*|semrush\w*|dataprovider\w*|netcraft|censys\w*|zgrab|masscan|nmap|nuclei"
    r"|nikto|scrapy|httrack|archive\.org_bot|ia_archiver|perplexity\w*",
}
_NAMED = [(kind, re.compile(rf"(?<![a-z0-9_])(?:{names})", re.IGNORECASE)) for kind, names in _KINDS.items()]


def machine(environ: Mapping[str, str]) -> str | None:
    """Why nobody looked at what this request tells of, or None. Programs of the site itself may call as they like."""
    if any(_FETCHED_AHEAD.search(environ.get(header, "")) for header in _AHEAD):
        return "the page was fetched ahead, nobody looked at it"
    browser = (
        f"{environ.get('HTTP_USER_AGENT', '')[:_LONGEST_NAME]} {environ.get('HTTP_SEC_CH_UA', '')[:_LONGEST_NAME]}"
    )
    for kind, names in _NAMED:
        if found := names.search(browser):
            return f"{kind} ({found[0].strip('/')[:40]})"
    return None


def elsewhere(url: str, origins: Iterable[str]) -> str | None:
    """Why a page counts for nothing on a site with these origins; a site without any takes every page."""
    known = tuple(origins)
    parts = urlsplit(url)
    return None if not known or f"{parts.scheme}://{parts.netloc}".lower() in known else "no page of this site"
