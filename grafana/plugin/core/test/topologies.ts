/** Small topologies for the tests, as the API sends them. */

import { decodeTopology } from '../src/model/store';
import type { Topology } from '../src/model/topology';

export type Raw = Record<string, unknown>;

export function node(id: string, more: Raw = {}): Raw {
  return { id, kind: 'container', label: id, status: 'healthy', state: 'running', position: [0, 0], radius: 10, metrics: {}, ...more };
}

export function edge(source: string, target: string, more: Raw = {}): Raw {
  return {
    id: `${source}>${target}:80/tcp`,
    source,
    target,
    port: 80,
    protocol: 'tcp',
    connections: 1,
    bytes_per_second: { transmit: 600, receive: 400 },
    connects_per_second: 0,
    failed_per_second: 0,
    ...more,
  };
}

export function group(id: string, parent: string | null, more: Raw = {}): Raw {
  return { id, kind: 'service', label: id, parent, position: [0, 0], radius: 40, count: 1, status: 'healthy', ...more };
}

export function raw(parts: { nodes?: Raw[]; edges?: Raw[]; groups?: Raw[] } & Raw): Raw {
  return { view: 'containers', version: 1, taken_at: 1000, stale_since: null, stale_reason: null, nodes: [], edges: [], groups: [], ...parts };
}

export function topology(parts: Parameters<typeof raw>[0]): Topology {
  return decodeTopology(raw(parts));
}

/** Two projects side by side, with two services of two containers each. */
export function nested(): Raw {
  const nodes: Raw[] = [];
  const groups: Raw[] = [];
  const edges: Raw[] = [];
  for (const [p, x] of [['left', -300], ['right', 300]] as const) {
    groups.push(group(p, null, { kind: 'project', position: [x, 0], radius: 200 }));
    for (const [s, y] of [['one', -80], ['two', 80]] as const) {
      groups.push(group(`${p}.${s}`, p, { position: [x, y], radius: 50 }));
      for (const [c, dx] of [['a', -20], ['b', 20]] as const) {
        nodes.push(node(`${p}.${s}.${c}`, { group: `${p}.${s}`, position: [x + dx, y], radius: 12, metrics: { cpu: 1 } }));
      }
    }
    edges.push(edge(`${p}.one.a`, `${p}.two.a`));
  }
  edges.push(edge('left.one.a', 'right.one.a'), edge('left.one.b', 'right.one.b'));
  return raw({ nodes, edges, groups });
}
