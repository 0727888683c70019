"""Two security groups in the account's default VPC: functions talk to the database, and to nobody else."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from deploy.setup.answers import Answers, SetupFailed


def network(ec2: Any, answers: Answers, project: str) -> Iterator[str]:
    """Find the VPC and its subnets, find or make the groups, and let the one in to the other."""
    vpcs = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if not vpcs:
        raise SetupFailed("The region has no default VPC: aws ec2 create-default-vpc")
    vpc = answers["vpc"] = vpcs[0]["VpcId"]
    found = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    zones = {each["AvailabilityZone"]: each["SubnetId"] for each in found}
    answers["subnets"] = " ".join(subnet for _, subnet in sorted(zones.items())[:3])
    for name in ("functions", "database"):
        answers[f"{name}_group"] = _group(ec2, vpc, f"{project}-{name}", f"{name.title()} of the library")
    if not answers["database_url"]:
        _let_in(ec2, answers["database_group"], answers["functions_group"])
    yield f"{vpc}: functions {answers['functions_group']}, database {answers['database_group']}"


def _group(ec2: Any, vpc: str, name: str, description: str) -> str:
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [name]}]
    groups = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    made = groups[0] if groups else ec2.create_security_group(VpcId=vpc, GroupName=name, Description=description)
    return str(made["GroupId"])


def _let_in(ec2: Any, group: str, source: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": source}]}
    try:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidPermission.Duplicate":
            raise
