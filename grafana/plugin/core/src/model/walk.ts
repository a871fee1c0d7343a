/** Walks over the edges of a topology, in both directions: who is near, and the way between two. */

import type { Topology } from './topology';

/** The ids within `hops` edges of `from`, itself included; empty when it is not there. */
export function reach(topology: Topology, from: string, hops: number): Set<string> {
  const found = new Set<string>();
  if (!topology.nodes.has(from)) return found;
  found.add(from);
  const beside = neighbours(topology);
  let ring = [from];
  for (let hop = 0; hop < hops && ring.length > 0; hop += 1) {
    const next: string[] = [];
    for (const id of ring) {
      for (const other of beside.get(id) ?? []) {
        if (found.has(other)) continue;
        found.add(other);
        next.push(other);
      }
    }
    ring = next;
  }
  return found;
}

/** The ids of a shortest way, both ends included; null when there is none. Equal ways: by id. */
export function shortestPath(topology: Topology, from: string, to: string): readonly string[] | null {
  if (!topology.nodes.has(from) || !topology.nodes.has(to)) return null;
  const beside = neighbours(topology);
  const before = new Map<string, string>([[from, from]]);
  let ring = [from];
  while (ring.length > 0 && !before.has(to)) {
    const next: string[] = [];
    for (const id of ring) {
      for (const other of [...(beside.get(id) ?? [])].sort()) {
        if (before.has(other)) continue;
        before.set(other, id);
        next.push(other);
      }
    }
    ring = next;
  }
  if (!before.has(to)) return null;
  const path = [to];
  for (let at = to; at !== from; ) {
    at = before.get(at) ?? from;
    path.unshift(at);
  }
  return path;
}

function neighbours({ nodes, edges }: Topology): Map<string, Set<string>> {
  const beside = new Map<string, Set<string>>();
  const add = (one: string, other: string): void => {
    const known = beside.get(one);
    if (known === undefined) beside.set(one, new Set([other]));
    else known.add(other);
  };
  for (const { source, target } of edges.values()) {
    if (!nodes.has(source) || !nodes.has(target)) continue;
    add(source, target);
    add(target, source);
  }
  return beside;
}
