"""`flask seed`: ninety days of made-up leads, to try commands and lists on before anybody came."""

from types import ModuleType

import click

from commands.house import open_house, site_of, site_option
from commands.periods import progress


@click.command("seed")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(1), help="Another number, other people.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(7, 730), help="How far back they begin.")
@click.option("--leads", default=1500, show_default=True, type=click.IntRange(1, 100_000), help="About so many leads.")
@click.option("--force", is_flag=True, help="Although there are leads: made ones come among them, for good.")
@site_option
def seed_command(seed: int, days: int, leads: int, force: bool, site_key: str) -> None:
    """Makes up leads who came over the last days: what they did and said, and what sales made of them, to deals won.

    They go through the same doors as real ones, judged by the site's criteria; nobody in Slack hears of them. All
    addresses end in .example, which belongs to nobody. The same numbers on the same day make the same people. Refused
    in production, and where there are leads already.
    """
    made = _made()
    house = open_house()
    site = site_of(house, site_key)
    if house.settings.is_production:
        raise click.ClickException("made-up leads do not belong into production; use a database of its own")
    if made.has_leads(house, site) and not force:
        raise click.ClickException(
            f"the site `{site.key}` has leads already. Take an empty database, or add --force to mix them for good"
        )
    with progress("Making up leads") as tell:
        made.play(house, site, made.Wish(house.clock(), seed, days, leads), tell)
    click.echo(made.sum_of(house, site))
    click.echo("Look: `flask criteria replay --criteria FILE`, `flask criteria suggest`, `/lead list` in Slack.")


def _made() -> ModuleType:
    """The made-up people belong to the try-out, which an image for production leaves out."""
    try:
        from tryout.made import season
    except ImportError:
        raise click.ClickException("made-up leads come with the try-out, which this installation leaves out") from None
    return season
