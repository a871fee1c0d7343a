/**
 * From frames to a topology. Frames of our own data source carry the whole topology along; those
 * of any other follow the node graph contract (id, title, source, target, arc__…), whose field
 * names are compared in lower case and whose first nodes and edges frames count.
 */

import { decode, decodeTopology, OWN_FIGURE, type Status, type Topology, type TopologyEdge, type TopologyNode } from '@promscope/core';

export interface FrameField {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
  readonly config?: { readonly displayName?: string; readonly color?: { readonly fixedColor?: string } };
  /** Grafana's, where the field has data links. */
  readonly getLinks?: (row: { valueRowIndex: number }) => readonly { readonly href: string; readonly title: string; readonly target?: string | undefined }[];
}

export interface Frame {
  readonly name?: string;
  readonly refId?: string;
  readonly fields: readonly FrameField[];
  readonly meta?: { readonly custom?: Readonly<Record<string, unknown>> };
}

/** The key in `meta.custom` under which our own topology travels. */
export const CARRIED = 'promscope';
/** The key of the uid of our data source that they are from. */
export const SOURCE = 'promscopeSource';

const EMPTY = { view: 'frames', version: '0', takenAt: null, staleSince: null, staleReason: null, groups: new Map() } as const;

/** null: there is nothing in these frames that is a graph. */
export function topologyOf(frames: readonly Frame[]): Topology | null {
  const carried = frames.find((frame) => frame.meta?.custom?.[CARRIED] !== undefined)?.meta?.custom?.[CARRIED];
  if (isTopology(carried)) return carried;
  if (carried !== undefined) return decodeTopology(carried);
  const edgesFrame = frames.find((frame) => column(frame, 'source') !== undefined && column(frame, 'target') !== undefined);
  const nodesFrame = frames.find((frame) => frame !== edgesFrame && column(frame, 'id') !== undefined);
  if (edgesFrame === undefined && nodesFrame === undefined) return null;
  const edges = edgesFrame === undefined ? new Map<string, TopologyEdge>() : edgesOf(edgesFrame);
  const nodes = nodesFrame === undefined ? new Map<string, TopologyNode>() : nodesOf(nodesFrame);
  for (const { source, target } of edges.values()) {
    for (const id of [source, target]) {
      const node = nodes.has(id) ? null : decode.decodeNode({ id, kind: 'node', status: 'unknown' });
      if (node !== null) nodes.set(id, node);
    }
  }
  return { ...EMPTY, nodes, edges };
}

/** The uid of our data source that can be asked about these nodes; null: they are somebody else's. */
export function sourceOf(frames: readonly Frame[]): string | null {
  const uid = decode.text(frames.find((frame) => frame.meta?.custom?.[SOURCE] !== undefined)?.meta?.custom?.[SOURCE]);
  return uid === '' ? null : uid;
}

/** It was decoded already; what was stored and read again has lost its maps. */
function isTopology(carried: unknown): carried is Topology {
  return decode.object(carried).nodes instanceof Map;
}

function column(frame: Frame, name: string): FrameField | undefined {
  return frame.fields.find((field) => field.name.toLowerCase() === name);
}

function rows(frame: Frame): number {
  return Math.max(0, ...frame.fields.map((field) => field.values.length));
}

function cell(frame: Frame, name: string, row: number): unknown {
  return column(frame, name)?.values[row];
}

function nodesOf(frame: Frame): Map<string, TopologyNode> {
  const nodes = new Map<string, TopologyNode>();
  const [fixedX, fixedY] = [column(frame, 'fixedx'), column(frame, 'fixedy')];
  const arcs = frame.fields.filter((field) => field.name.toLowerCase().startsWith('arc__'));
  for (let row = 0; row < rows(frame); row += 1) {
    const title = decode.text(cell(frame, 'title', row));
    const [main, second] = [figure(cell(frame, 'mainstat', row)), figure(cell(frame, 'secondarystat', row))];
    const subtitle = decode.text(cell(frame, 'subtitle', row));
    const node = decode.decodeNode({
      id: cell(frame, 'id', row),
      kind: 'node',
      label: title === '' ? undefined : title,
      sublabel: [subtitle, second].filter((text) => text !== '').join(' · '),
      status: statusOf(arcs, row),
      state: 'running',
      position: fixedX === undefined || fixedY === undefined ? null : [fixedX.values[row], fixedY.values[row]],
      radius: decode.number(cell(frame, 'noderadius', row)) ?? 0,
      metrics: { [OWN_FIGURE]: decode.number(cell(frame, 'mainstat', row)) },
      facts: { [OWN_FIGURE]: main },
    });
    if (node !== null) nodes.set(node.id, node);
  }
  return nodes;
}

function figure(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : decode.text(value);
}

/** Rings have colours, not meanings: red means trouble to whoever made the frame, as to us. */
function statusOf(arcs: readonly FrameField[], row: number): Status {
  if (arcs.length === 0) return 'healthy';
  const share = (pattern: RegExp): number =>
    arcs
      .filter((arc) => pattern.test(`${arc.name} ${arc.config?.color?.fixedColor ?? ''}`.toLowerCase()))
      .reduce((sum, arc) => sum + (decode.number(arc.values[row]) ?? 0), 0);
  if (share(/red|error|fail|critical/) > 0.1) return 'critical';
  return share(/orange|yellow|warn|throttl/) > 0.1 ? 'warning' : 'healthy';
}

function edgesOf(frame: Frame): Map<string, TopologyEdge> {
  const edges = new Map<string, TopologyEdge>();
  for (let row = 0; row < rows(frame); row += 1) {
    const source = decode.text(cell(frame, 'source', row));
    const target = decode.text(cell(frame, 'target', row));
    const main = decode.number(cell(frame, 'mainstat', row));
    const edge = decode.decodeEdge({
      id: decode.text(cell(frame, 'id', row), `${source}>${target} ${row}`),
      source,
      target,
      bytes_per_second: main === null ? null : { transmit: main, receive: null },
    });
    if (edge !== null) edges.set(edge.id, edge);
  }
  return edges;
}
