"""Series that are there already, in place of ours: node_exporter's of hosts, cAdvisor's of
containers.

`metrics` in the file of backends says so. What a host or container is, its state and its edges
are always ours; only its numbers come from there. Names and labels are those of node_exporter 1.x
(github.com/prometheus/node_exporter) and of cAdvisor, alone or in a kubelet
(github.com/google/cadvisor/blob/master/docs/storage/prometheus.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from promscope_api.prometheus import kube_state
from promscope_api.prometheus.matchers import Matcher, Shape, equal, literal, none_of, selector

#: A host as others name it: an instance without its port, or a host name.
PLACE = "place"
_WITHOUT_PORT = "(.+?)(?::[0-9]+)?"
#: The cgroup of a container ends with its id, by whatever engine and driver.
_SHORT_ID = "[0-9a-f]{12}"
_CGROUP = ".*[/-](%s)[0-9a-f]{52}(?:[.]scope)?"
_VIRTUAL_DEVICES = ("veth", "br-", "docker", "virbr", "cni", "cali", "flannel", "tap", "tun")
#: What is made of other disks, or of memory.
_VIRTUAL_DISKS = ("dm-", "md", "loop", "ram", "zram")


class Series(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which series, by their labels, and how many seconds apart they are scraped (0: as ours)."""

    matchers: dict[str, str] = {}
    scrape_interval: float = 0

    def __post_init__(self) -> None:
        self.bounds()
        if not 0 <= self.scrape_interval <= 3600:
            raise ValueError("scrape_interval is a number of seconds up to 3600")

    def bounds(self) -> tuple[Matcher, ...]:
        return tuple(equal(label, value) for label, value in sorted(self.matchers.items()))


class HostSeries(Series, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`label` has the name of the host: it is compared, without a port, with the address at which
    our exporter is scraped, and with its hostname."""

    source: Literal["node_exporter"]
    label: str = "instance"

    def __post_init__(self) -> None:
        super().__post_init__()
        equal(self.label, "")


class ContainerSeries(Series, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: Literal["cadvisor"]


class KubernetesSeries(Series, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: Literal["kube-state-metrics"]


class Existing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """None: ours."""

    hosts: HostSeries | None = None
    containers: ContainerSeries | None = None
    kubernetes: KubernetesSeries | None = None

    def of_containers(
        self, bounds: tuple[Matcher, ...], window: str, recent: str, container_id: str = ""
    ) -> Mapping[str, str]:
        """PromQL of the numbers of containers that are not ours; where both have one, it is
        Kubernetes' word."""
        found: dict[str, str] = {}
        if self.containers is not None:
            found |= container_texts(self.containers, bounds, window, recent, container_id)
        if self.kubernetes is not None:
            matchers = (*bounds, *self.kubernetes.bounds())
            found |= kube_state.texts(matchers, recent, container_id)
        return found


#: Every number is ours.
NONE = Existing()


class _Texts:
    """PromQL over series of others, within the bounds that every query has."""

    def __init__(self, chosen: Series, bounds: tuple[Matcher, ...], window: str) -> None:
        self._matchers = (*bounds, *chosen.bounds())
        own = chosen.scrape_interval
        self._window = f"{max(1, round(4 * own))}s" if own else window

    def of(self, name: str, *matchers: Matcher | Shape) -> str:
        return selector(name, (*self._matchers, *matchers))

    def rate(self, name: str, *matchers: Matcher | Shape) -> str:
        return f"irate({self.of(name, *matchers)}[{self._window}])"

    def growth(self, name: str, over: str, *matchers: Matcher | Shape) -> str:
        return f"increase({self.of(name, *matchers)}[{over}])"


def place_of(series: str, label: str) -> str:
    """The series with the host that a label of theirs names as `place`."""
    return f'label_replace({series}, "{PLACE}", "$1", "{label}", "{_WITHOUT_PORT}")'


def host_texts(chosen: HostSeries, bounds: tuple[Matcher, ...], window: str) -> Mapping[str, str]:
    """PromQL of each number of hosts, by `place`."""
    texts = _Texts(chosen, bounds, window)
    real = (
        none_of("device", ("lo",)),
        Matcher("device", _VIRTUAL_DEVICES, negated=True, prefix=True),
    )
    whole = Matcher("device", _VIRTUAL_DISKS, negated=True, prefix=True)
    busy = none_of("mode", ("idle", "iowait"))

    def one(series: str, how: str = "max") -> str:
        return f"{how} by ({PLACE}) ({place_of(series, chosen.label)})"

    def parts(series: str, *labels: str) -> str:
        # one of each part first: replicas that nobody deduplicated must not add up
        each = f"max by ({', '.join((PLACE, *labels))}) ({place_of(series, chosen.label)})"
        return f"sum by ({PLACE}) ({each})"

    return {
        "cores": parts(
            f"({texts.of('node_cpu_seconds_total', equal('mode', 'idle'))}) * 0 + 1", "cpu"
        ),
        "cpu": parts(texts.rate("node_cpu_seconds_total", busy), "cpu", "mode"),
        "memory_total": one(texts.of("node_memory_MemTotal_bytes")),
        "memory_available": one(texts.of("node_memory_MemAvailable_bytes")),
        "network_receive": parts(texts.rate("node_network_receive_bytes_total", *real), "device"),
        "network_transmit": parts(texts.rate("node_network_transmit_bytes_total", *real), "device"),
        "disk_read": parts(texts.rate("node_disk_read_bytes_total", whole), "device"),
        "disk_write": parts(texts.rate("node_disk_written_bytes_total", whole), "device"),
        "load1": one(texts.of("node_load1")),
        "boot": one(texts.of("node_boot_time_seconds")),
    }


def container_texts(
    chosen: ContainerSeries,
    bounds: tuple[Matcher, ...],
    window: str,
    recent: str,
    container_id: str = "",
) -> Mapping[str, str]:
    """PromQL of each number of containers that cAdvisor has, by `container_id`; of one, if named.
    What is counted, over `recent`."""
    texts = _Texts(chosen, bounds, window)
    only = Shape("id", _CGROUP % (literal(container_id) or _SHORT_ID))

    def by_id(series: str) -> str:
        return f'label_replace({series}, "container_id", "$1", "id", "{_CGROUP % _SHORT_ID}")'

    def one(series: str) -> str:
        return f"max by (container_id) ({by_id(series)})"

    def parts(name: str, label: str) -> str:
        each = f"max by (container_id, {label}) ({by_id(texts.rate(name, only))})"
        return f"sum by (container_id) ({each})"

    throttled = texts.rate("container_cpu_cfs_throttled_periods_total", only)
    quota = texts.of("container_spec_cpu_quota", only)
    return {
        "cpu": parts("container_cpu_usage_seconds_total", "cpu"),
        "network_receive": parts("container_network_receive_bytes_total", "interface"),
        "network_transmit": parts("container_network_transmit_bytes_total", "interface"),
        "disk_read": parts("container_fs_reads_bytes_total", "device"),
        "disk_write": parts("container_fs_writes_bytes_total", "device"),
        "memory": one(texts.of("container_memory_working_set_bytes", only)),
        "memory_limit": one(f"{texts.of('container_spec_memory_limit_bytes', only)} > 0"),
        "cpu_limit": one(f"({quota} > 0) / {texts.of('container_spec_cpu_period', only)}"),
        "processes": one(texts.of("container_processes", only)),
        "open_fds": one(texts.of("container_file_descriptors", only)),
        "started": one(texts.of("container_start_time_seconds", only)),
        "throttled": one(f"{throttled} / {texts.rate('container_cpu_cfs_periods_total', only)}"),
        "oom_kills": one(f"{texts.growth('container_oom_events_total', recent, only)} > 0"),
    }
