"""An edge as the boards show it: by which labels it is summed, and its columns in a table."""

from __future__ import annotations

LABELS = "cluster, job, instance, source_name, process, peer_ip, peer_port, protocol"
COLUMNS = {
    "source_name": "Client",
    "process": "Process",
    "peer_ip": "Peer",
    "peer_port": "Port",
    "protocol": "Protocol",
    "instance": "Host",
}
