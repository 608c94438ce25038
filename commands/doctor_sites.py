"""What the doctor looks at in further sites: whether they are served, and whether what is sealed can be opened."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from commands.finding import Finding
from config.settings import Settings, SettingsError
from models import installation as installations
from models import site as sites
from models import site_secret as secrets
from models.site import Site
from models.vault import Vault, VaultError
from qualification.assembly import DEFAULT_SITE, files_of, load_agreed

KEY = "Put the key it was sealed with behind the new one in ENCRYPTION_KEY (new,old), or store it anew."


def look_at_sites(settings: Settings, session: Session) -> Iterator[Finding]:
    """Nothing for a deployment of one site, whose files and secrets are settings."""
    found = sites.all_sites(session)
    for site in found:
        if site.key != DEFAULT_SITE:
            yield _served(settings, site)
    yield from _sealed(settings, session, {site.id: site.key for site in found})


def _served(settings: Settings, site: Site) -> Finding:
    try:
        load_agreed(settings, files_of(settings, site))
    except SettingsError as error:
        fix = f"Mend the file, or name others: flask site add {site.key} --replace."
        return Finding("error", f"site {site.key}", f"is not served: {error}", fix)
    return Finding("ok", f"site {site.key}", "its files load")


def _sealed(settings: Settings, session: Session, keys: dict[int, str]) -> Iterator[Finding]:
    vault = Vault(settings.encryption_keys)
    kept = [(one.site_id, one.name, one.sealed) for one in secrets.all_secrets(session)]
    kept += [(one.site_id, "Slack token", one.sealed_token) for one in installations.all_installations(session)]
    for site_id, name, sealed in kept:
        try:
            vault.open(sealed)
        except VaultError as error:
            yield Finding("error", f"site {keys[site_id]}", f"its {name} cannot be opened: {error}", KEY)
