/** How many nodes of a view have each value of a field: what the filter panel offers. */

import type { TopologyNode } from '../model/topology';

export interface Tallied {
  readonly value: string;
  readonly count: number;
}

/** The values of a field, the most frequent first. */
export function tallyOf(nodes: Iterable<TopologyNode>, field: string): readonly Tallied[] {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const value = valueOf(node, field);
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((one, other) => other.count - one.count || one.value.localeCompare(other.value));
}

/** The largest amount of a metric; 0 where nothing was measured. */
export function largestOf(nodes: Iterable<TopologyNode>, metric: string): number {
  let most = 0;
  for (const { metrics } of nodes) most = Math.max(most, metrics[metric] ?? 0);
  return most;
}

function valueOf(node: TopologyNode, field: string): string {
  switch (field) {
    case 'kind':
      return node.kind;
    case 'status':
      return node.status;
    case 'state':
      return node.state;
    default:
      return Object.hasOwn(node.facts, field) ? (node.facts[field] ?? '') : '';
  }
}
