/** From a topology to frames that the stock node graph panel draws too. */

import type { DataFrame } from '@grafana/data';
import { format, STATUSES, throughput, type Status, type Topology, type TopologyEdge, type TopologyNode } from '@promscope/core';
import { CARRIED, SOURCE } from '../panel/frames';
import { numbers, texts } from './field';

/** Where a node leads to; the dashboard of a container fits what has its name too. */
const LINKS = [{ title: 'Dashboard', url: '/d/promscope-container?var-container=${__data.fields.title:percentencode}&${__url_time_range}' }];
const COLORS: Readonly<Record<Status, string>> = { healthy: 'green', unknown: 'text', warning: 'orange', critical: 'red' };

/** `carried`: the topology as our own panel takes it, as it was sent or decoded; `uid`: of the data
 *  source, which the panel asks for more. */
export function framesOf({ nodes, edges }: Topology, carried: unknown, refId: string, uid: string): DataFrame[] {
  const all = [...nodes.values()];
  // The stock panel fails as a whole on an edge to a node that is not there.
  const whole = [...edges.values()].filter(({ source, target }) => nodes.has(source) && nodes.has(target));
  return [
    { ...nodesFrame(all), refId, meta: { preferredVisualisationType: 'nodeGraph', custom: { [CARRIED]: carried, [SOURCE]: uid } } },
    { ...edgesFrame(whole), refId, meta: { preferredVisualisationType: 'nodeGraph' } },
  ];
}

function nodesFrame(nodes: readonly TopologyNode[]): DataFrame {
  const placed = nodes.every(({ position }) => position !== null);
  const fields = [
    { ...texts('id', nodes.map(({ id }) => id)), config: { links: LINKS } },
    texts('title', nodes.map(({ label }) => label)),
    texts('subtitle', nodes.map(({ sublabel }) => sublabel)),
    texts('mainstat', nodes.map(({ metrics }) => format.withUnit(metrics.cpu, 'cores'))),
    texts('secondarystat', nodes.map(({ metrics }) => format.bytes(metrics.memory))),
    ...STATUSES.map((status) => ({
      ...numbers(`arc__${status}`, nodes.map((node) => (node.status === status ? 1 : 0))),
      config: { color: { mode: 'fixed', fixedColor: COLORS[status] } },
    })),
    texts('detail__state', nodes.map(({ state }) => state)),
    texts('detail__reasons', nodes.map(({ reasons }) => reasons.join('; '))),
    // All or none: the stock panel throws when only some nodes have a place.
    ...(placed ? [numbers('fixedx', nodes.map(({ position }) => position?.[0] ?? 0)), numbers('fixedy', nodes.map(({ position }) => position?.[1] ?? 0))] : []),
  ];
  return { name: 'nodes', length: nodes.length, fields };
}

function edgesFrame(edges: readonly TopologyEdge[]): DataFrame {
  const fields = [
    texts('id', edges.map(({ id }) => id)),
    texts('source', edges.map(({ source }) => source)),
    texts('target', edges.map(({ target }) => target)),
    texts('mainstat', edges.map((edge) => `:${edge.port ?? ''} ${edge.protocol}`)),
    texts('secondarystat', edges.map((edge) => format.rate(throughput(edge)))),
    numbers('thickness', edges.map((edge) => 1 + Math.min(5, Math.max(0, Math.log10(1 + (throughput(edge) ?? 0)) - 2)))),
  ];
  return { name: 'edges', length: edges.length, fields };
}
