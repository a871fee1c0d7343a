/** Limits of the panel: nodes whose figure is above one show it as their status. */

import { format, measure, OWN_FIGURE, SIZE_METRICS, worst, type SizeMetric, type Status, type Topology, type TopologyNode } from '@promscope/core';
import type { PanelOptions } from './options';

/** The topology with each node's status as it is, or worse by its figure. */
export function judged(topology: Topology, { size, warning, critical }: Pick<PanelOptions, 'size' | 'warning' | 'critical'>): Topology {
  if (warning == null && critical == null) return topology;
  const nodes = new Map<string, TopologyNode>();
  for (const [id, node] of topology.nodes) nodes.set(id, above(node, size, warning ?? null, critical ?? null));
  return { ...topology, nodes };
}

function above(node: TopologyNode, metric: SizeMetric, warning: number | null, critical: number | null): TopologyNode {
  const value = measure(node, metric);
  if (value === null) return node;
  if (critical !== null && value > critical) return worse(node, metric, value, 'critical', critical);
  return warning !== null && value > warning ? worse(node, metric, value, 'warning', warning) : node;
}

function worse(node: TopologyNode, metric: SizeMetric, value: number, status: Status, limit: number): TopologyNode {
  const chosen = OWN_FIGURE in node.metrics ? undefined : SIZE_METRICS.find(({ id }) => id === metric);
  const unit = chosen?.unit ?? 'count';
  const reason = `${chosen?.label ?? 'Figure'} ${format.withUnit(value, unit)} is above ${format.withUnit(limit, unit)}`;
  return { ...node, status: worst(node.status, status), reasons: [...node.reasons, reason] };
}
