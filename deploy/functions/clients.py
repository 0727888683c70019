"""Clients of AWS, one of a kind for all functions: to make one takes longer than most of what it is asked."""

from functools import cache
from typing import Any

import boto3


@cache
def client(service: str, region: str) -> Any:
    return boto3.client(service, region_name=region)
