"""Traces for AWS X-Ray: each operation a subsegment of the function's segment. Imported if TRACING is on, and else not.

Lambda makes the segment, says its id in _X_AMZN_TRACE_ID, and has the daemon, which takes documents by UDP:
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

import json
import logging
import os
import secrets
import socket
from contextlib import suppress
from typing import Any

HEADER = b'{"format": "json", "version": 1}\n'


def trace_operations() -> None:
    """From here on, each operation is a subsegment."""
    logging.getLogger("library_site.operations").addHandler(Subsegments())


class Subsegments(logging.Handler):
    """Makes a subsegment of each record that telemetry.py logs. Whether anybody takes it is not waited for."""

    def __init__(self) -> None:
        super().__init__()
        host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
        self.daemon = (host, int(port)) if host and port.isdigit() else None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)

    def emit(self, record: logging.LogRecord) -> None:
        parts = os.environ.get("_X_AMZN_TRACE_ID", "").split(";")
        trace = dict(part.split("=", 1) for part in parts if "=" in part)
        if self.daemon and trace.get("Sampled") == "1" and trace.keys() >= {"Root", "Parent"}:
            with suppress(OSError):
                self.socket.sendto(HEADER + json.dumps(_subsegment(record, trace)).encode(), self.daemon)


def _subsegment(record: logging.LogRecord, trace: dict[str, str]) -> dict[str, Any]:
    """The document: X-Ray finds traces by its annotations."""
    fields = vars(record)
    return {
        "type": "subsegment",
        "name": fields["operation"],
        "id": secrets.token_hex(8),
        "trace_id": trace["Root"],
        "parent_id": trace["Parent"],
        "start_time": record.created - fields["duration_ms"] / 1000,
        "end_time": record.created,
        "annotations": {name: fields[name] for name in ("operation", "outcome", "code", "source") if fields[name]},
        "error": fields["outcome"] == "REFUSED",
        "fault": fields["outcome"] == "FAILED",
    }
