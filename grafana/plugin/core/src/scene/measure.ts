/** The metrics a circle's size or fill can show. */

import type { TopologyNode } from '../model/topology';

export type SizeMetric = 'none' | 'cpu' | 'memory' | 'connections' | 'traffic';

export const SIZE_METRICS: readonly { readonly id: SizeMetric; readonly label: string; readonly unit: string }[] = [
  { id: 'cpu', label: 'CPU', unit: 'cores' },
  { id: 'memory', label: 'Memory', unit: 'bytes' },
  { id: 'connections', label: 'Connections', unit: 'count' },
  { id: 'traffic', label: 'Traffic', unit: 'bytes_per_second' },
  { id: 'none', label: 'Nothing', unit: 'count' },
];

/**
 * The one figure that a node of someone else's frame brings, as a metric and, written in its own
 * unit, as a fact. It stands for whatever metric was chosen.
 */
export const OWN_FIGURE = 'figure';

/** The value of a metric of a node; null when it was not measured. */
export function measure(node: TopologyNode, metric: SizeMetric): number | null {
  const { metrics } = node;
  if (metric === 'none') return null;
  if (OWN_FIGURE in metrics) return metrics[OWN_FIGURE] ?? null;
  if (metric !== 'traffic') return metrics[metric] ?? null;
  const received = metrics.network_receive ?? null;
  const sent = metrics.network_transmit ?? null;
  return received === null && sent === null ? null : (received ?? 0) + (sent ?? 0);
}
