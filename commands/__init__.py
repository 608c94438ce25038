"""The operator's commands: `flask doctor`, `flask criteria lint`, `flask understand` ..."""

from flask import Flask

from commands.backup import backup_command
from commands.criteria import criteria_group
from commands.crm import crm_group
from commands.doctor import doctor_command
from commands.leads import leads_group
from commands.playbook import playbook_group
from commands.privacy import privacy_group
from commands.seed import seed_command
from commands.simulate import simulate_command
from commands.site import site_group
from commands.slack import slack_group
from commands.understand import understand_command


def with_commands(app: Flask) -> Flask:
    for command in (
        doctor_command,
        backup_command,
        criteria_group,
        crm_group,
        leads_group,
        playbook_group,
        privacy_group,
        seed_command,
        simulate_command,
        site_group,
        slack_group,
        understand_command,
    ):
        app.cli.add_command(command)
    return app
