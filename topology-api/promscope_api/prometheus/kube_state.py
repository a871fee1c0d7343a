"""Numbers of containers that kube-state-metrics tells: their limits and restarts.

It names a container by namespace, pod and name, and only `kube_pod_container_info` by its id
(github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md). One id is
taken for each, so that no replica of it makes the join ambiguous.
"""

from __future__ import annotations

from collections.abc import Mapping

from promscope_api.prometheus.matchers import Matcher, Shape, equal, literal, selector

_SHORT_ID = "[0-9a-f]{12}"
_ID = "[a-z-]+://(%s)[0-9a-f]{52}"
_KEY = "namespace, pod, container"


def texts(matchers: tuple[Matcher, ...], recent: str, container_id: str = "") -> Mapping[str, str]:
    """PromQL of each number by `container_id`; of one container, if named. What is counted, over
    `recent`."""
    only = Shape("container_id", _ID % (literal(container_id) or _SHORT_ID))
    info = selector("kube_pod_container_info", (*matchers, only))
    short = f'label_replace({info}, "container_id", "$1", "container_id", "{_ID % _SHORT_ID}")'
    named = f"topk by ({_KEY}) (1, max by ({_KEY}, container_id) ({short}))"

    def of(series: str) -> str:
        joined = f"max by ({_KEY}) ({series}) * on ({_KEY}) group_left (container_id) {named}"
        return f"max by (container_id) ({joined})"

    def limit(resource: str) -> str:
        wanted = (*matchers, equal("resource", resource))
        return of(selector("kube_pod_container_resource_limits", wanted))

    restarts = selector("kube_pod_container_status_restarts_total", matchers)
    return {
        "memory_limit": limit("memory"),
        "cpu_limit": limit("cpu"),
        "restarts": f"{of(f'increase({restarts}[{recent}])')} > 0",
    }
