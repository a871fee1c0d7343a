"""What is lost without each source that a probe can lack, and the remedy.

The probe logs these sentences and exposes the names as `promscope_exporter_capability`; the API
shows the sentences, so that nobody has to look into the log of a probe first.
"""

from __future__ import annotations

LOST = {
    "docker": "containers are not known; start the Docker Engine or name its socket with"
    " --docker.host",
    "storage": "disk space of writable layers and volumes is not known; run the exporter as root or"
    " with CAP_DAC_READ_SEARCH",
    "psi": "pressure is not known; boot the kernel with psi=1",
    "processes": "other users' processes are not counted; run the exporter as root",
    "process_io": "storage bytes of other users' processes are not known; run the exporter as root"
    " or with CAP_SYS_PTRACE",
    "tcp_sockets": "TCP connections are not seen; allow sock_diag netlink sockets to the exporter",
    "container_namespaces": "connections inside containers are not seen; run the exporter as root"
    " or with CAP_SYS_ADMIN and CAP_SYS_PTRACE",
    "tcp_events": "connections that begin and end between two scrapes, and the last bytes of"
    " others, are missed; run the exporter as root or with CAP_NET_BROADCAST",
    "conntrack": "UDP connections are not seen and ports behind NAT are not joined to their"
    " containers; run the exporter as root or with CAP_NET_ADMIN, and load nf_conntrack",
    "conntrack_bytes": "bytes of UDP connections are not known; set"
    " net.netfilter.nf_conntrack_acct=1 with sysctl (it counts for connections that begin later)",
    "bridge_netfilter": "UDP between containers on one bridge is not seen; load br_netfilter and"
    " set net.bridge.bridge-nf-call-iptables=1 with sysctl",
    "process_events": "programs that begin and end in containers are not told at once; run the"
    " exporter as root or with CAP_NET_ADMIN, outside of a pid and a network namespace of its own",
    "socket_processes": "connections of other users' processes have the process label other; run"
    " the exporter as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
}


def lost(name: str) -> str:
    """What is lost without `name`; a newer probe's capability is named as it is."""
    return LOST.get(name, f"the probe cannot use {name} here; its log says why")
