"""The database: one at RDS, unless the operator has named one."""

import time
from collections.abc import Iterator
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from deploy.setup.answers import Answers, SetupFailed

PATIENCE = 40 * 60


def database(rds: Any, answers: Answers, project: str) -> Iterator[str]:
    """Make it if it is not there, and wait until it can be connected to."""
    if answers["database_url"]:
        yield f"Yours, at {urlsplit(answers['database_url']).hostname}"
        return
    if not _instance(rds, project):
        answers["owner_password"] = token_hex(24)
        _create(rds, answers, project)
    elif "owner_password" not in answers and "database_host" not in answers:
        raise SetupFailed(
            f"RDS has a database {project} that is not of this setup: write its URL "
            f'as "database_url" into {answers.file}.'
        )
    begun = time.monotonic()
    while not (instance := _instance(rds, project)) or instance["DBInstanceStatus"] != "available":
        minutes = (time.monotonic() - begun) / 60
        if minutes * 60 > PATIENCE:
            raise SetupFailed(f"The database {project} is still not available: look at it in RDS's console.")
        yield f"{instance['DBInstanceStatus'] if instance else 'asked for'}, {minutes:.0f} min"
        time.sleep(30)
    answers["database_host"] = instance["Endpoint"]["Address"]
    yield answers["database_host"]


def _instance(rds: Any, name: str) -> Any:
    try:
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        return None


def _create(rds: Any, answers: Answers, project: str) -> None:
    rds.create_db_instance(
        DBInstanceIdentifier=project,
        Engine="postgres",
        DBInstanceClass=answers["instance"],
        AllocatedStorage=20,
        StorageType="gp3",
        StorageEncrypted=True,
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        PubliclyAccessible=False,
        VpcSecurityGroupIds=[answers["database_group"]],
        DBName="library",
        MasterUsername="library_owner",
        MasterUserPassword=answers["owner_password"],
    )
