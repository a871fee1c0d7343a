/** Two moments of one view laid over each other, and what came, went or changed between them. */

import type { Difference } from '../api/history';
import type { Topology, TopologyNode } from './topology';

export type Mark = 'added' | 'removed' | 'changed';

/** All that was there at either moment; of what was there at both, as it is in the later one. */
export function unionOf(before: Topology, after: Topology): Topology {
  return {
    ...after,
    nodes: new Map([...before.nodes, ...after.nodes]),
    edges: new Map([...before.edges, ...after.edges]),
    groups: new Map([...before.groups, ...after.groups]),
  };
}

/**
 * The marks of nodes and edges by id. What belongs to a host whose probe was silent at one of the
 * moments has none: nobody knows. Numbers alone are no change.
 */
export function marksOf(before: Topology, after: Topology, difference: Difference): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  const silent = new Set(difference.hostsUnknown);
  const changed = new Set(difference.kinds.filter(({ kind }) => kind !== 'edges').flatMap((kind) => kind.changed.map(({ id }) => id)));
  const known = (node: TopologyNode | undefined): boolean => node !== undefined && !silent.has(node.id) && !node.parents.some((parent) => silent.has(parent));
  for (const [id, node] of after.nodes) {
    const earlier = before.nodes.get(id);
    if (!known(node)) continue;
    if (earlier === undefined) marks.set(id, 'added');
    else if (changed.has(id) || earlier.state !== node.state || earlier.facts.image !== node.facts.image) marks.set(id, 'changed');
  }
  for (const [id, node] of before.nodes) if (!after.nodes.has(id) && known(node)) marks.set(id, 'removed');
  const either = unionOf(before, after).nodes;
  for (const { id, source, target } of [...before.edges.values(), ...after.edges.values()]) {
    if (before.edges.has(id) && after.edges.has(id)) continue;
    if (known(either.get(source)) && known(either.get(target))) marks.set(id, after.edges.has(id) ? 'added' : 'removed');
  }
  return marks;
}
