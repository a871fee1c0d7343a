/** From a topology to frames that the stock node graph panel draws too. */

import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { decodeTopology, format, STATUSES, throughput, type Status, type TopologyEdge, type TopologyNode } from '@promscope/core';
import { CARRIED } from '../panel/frames';

const COLORS: Readonly<Record<Status, string>> = { healthy: 'green', unknown: 'text', warning: 'orange', critical: 'red' };

export function framesOf(raw: unknown, refId: string): DataFrame[] {
  const { nodes, edges } = decodeTopology(raw);
  const all = [...nodes.values()];
  // The stock panel fails as a whole on an edge to a node that is not there.
  const whole = [...edges.values()].filter(({ source, target }) => nodes.has(source) && nodes.has(target));
  return [
    { ...nodesFrame(all), refId, meta: { preferredVisualisationType: 'nodeGraph', custom: { [CARRIED]: raw } } },
    { ...edgesFrame(whole), refId, meta: { preferredVisualisationType: 'nodeGraph' } },
  ];
}

function nodesFrame(nodes: readonly TopologyNode[]): DataFrame {
  const placed = nodes.every(({ position }) => position !== null);
  const fields = [
    text('id', nodes.map(({ id }) => id)),
    text('title', nodes.map(({ label }) => label)),
    text('subtitle', nodes.map(({ sublabel }) => sublabel)),
    text('mainstat', nodes.map(({ metrics }) => format.withUnit(metrics.cpu, 'cores'))),
    text('secondarystat', nodes.map(({ metrics }) => format.bytes(metrics.memory))),
    ...STATUSES.map((status) => ({
      ...number(`arc__${status}`, nodes.map((node) => (node.status === status ? 1 : 0))),
      config: { color: { mode: 'fixed', fixedColor: COLORS[status] } },
    })),
    text('detail__state', nodes.map(({ state }) => state)),
    text('detail__reasons', nodes.map(({ reasons }) => reasons.join('; '))),
    // All or none: the stock panel throws when only some nodes have a place.
    ...(placed ? [number('fixedx', nodes.map(({ position }) => position?.[0] ?? 0)), number('fixedy', nodes.map(({ position }) => position?.[1] ?? 0))] : []),
  ];
  return { name: 'nodes', length: nodes.length, fields };
}

function edgesFrame(edges: readonly TopologyEdge[]): DataFrame {
  const fields = [
    text('id', edges.map(({ id }) => id)),
    text('source', edges.map(({ source }) => source)),
    text('target', edges.map(({ target }) => target)),
    text('mainstat', edges.map((edge) => `:${edge.port ?? ''} ${edge.protocol}`)),
    text('secondarystat', edges.map((edge) => format.rate(throughput(edge)))),
    number('thickness', edges.map((edge) => 1 + Math.min(5, Math.max(0, Math.log10(1 + (throughput(edge) ?? 0)) - 2)))),
  ];
  return { name: 'edges', length: edges.length, fields };
}

function text(name: string, values: string[]): Field {
  return { name, type: FieldType.string, config: {}, values };
}

function number(name: string, values: number[]): Field {
  return { name, type: FieldType.number, config: {}, values };
}
