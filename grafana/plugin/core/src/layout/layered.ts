/**
 * A layered layout: who asks stands left of who answers (after Sugiyama, Tagawa and Toda, "Methods
 * for visual understanding of hierarchical system structures", 1981): circles are broken, each node
 * gets the layer of its longest way from a client, and the order inside of the layers is swept to
 * the middle of its neighbours. The same topology always gives the same picture.
 */

import type { Topology, TopologyNode } from '../model/topology';
import { FLAT_LIMIT, NODE_RADIUS } from './force';

const COLUMN = NODE_RADIUS * 9;
const ROW = NODE_RADIUS * 4;
/** Between two layers, more than between the columns of one. */
const GAP = NODE_RADIUS * 5;
const SWEEPS = 6;
const FEWEST_ROWS = 7;

interface Places {
  readonly at: Map<string, readonly [x: number, y: number]>;
  readonly width: number;
  readonly bottom: number;
}

/**
 * The topology with a position for every node, in layers from left to right; what has no edges
 * stands below. Edges point right, but for those that close a circle. Raises RangeError above
 * FLAT_LIMIT nodes.
 */
export function placeLayered(topology: Topology): Topology {
  if (topology.nodes.size > FLAT_LIMIT) {
    throw new RangeError(`A layered layout is made for at most ${FLAT_LIMIT} nodes, not ${topology.nodes.size}: choose a node or filter.`);
  }
  const ahead = acyclic(topology);
  const layers = ordered(layersOf(ahead), ahead);
  const rows = Math.max(FEWEST_ROWS, Math.ceil(Math.sqrt(topology.nodes.size)));
  const places = columns(layers, rows);
  aside([...topology.nodes.keys()].filter((id) => !ahead.has(id)).sort(), places);
  const nodes = new Map<string, TopologyNode>();
  for (const node of topology.nodes.values()) {
    nodes.set(node.id, { ...node, group: null, position: places.at.get(node.id) ?? [0, 0], radius: NODE_RADIUS });
  }
  return { ...topology, nodes, groups: new Map() };
}

type Ahead = ReadonlyMap<string, ReadonlySet<string>>;

/** Servers by client, for all nodes that have edges, without those that close a circle. */
function acyclic({ nodes, edges }: Topology): Ahead {
  const all = new Map<string, Set<string>>();
  const asked = new Set<string>();
  const known = (id: string): Set<string> => {
    const found = all.get(id) ?? new Set<string>();
    all.set(id, found);
    return found;
  };
  for (const { source, target } of edges.values()) {
    if (source === target || !nodes.has(source) || !nodes.has(target)) continue;
    known(source).add(target);
    known(target);
    asked.add(target);
  }
  const ids = [...all.keys()].sort();
  // From those whom nobody asks: circles are then broken as far from the clients as can be.
  const starts = [...ids.filter((id) => !asked.has(id)), ...ids];
  const kept = new Map<string, Set<string>>(ids.map((id) => [id, new Set<string>()]));
  const open = new Set<string>();
  const done = new Set<string>();
  for (const start of starts) {
    const way: { readonly id: string; readonly left: string[] }[] = [];
    const enter = (id: string): void => {
      open.add(id);
      way.push({ id, left: [...(all.get(id) ?? [])].sort().reverse() });
    };
    if (!done.has(start)) enter(start);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        open.delete(top.id);
        done.add(top.id);
        way.pop();
      } else if (!open.has(next)) {
        kept.get(top.id)?.add(next);
        if (!done.has(next)) enter(next);
      }
    }
  }
  return kept;
}

/** Layers from the clients on: each node right of all who ask it. */
function layersOf(ahead: Ahead): string[][] {
  const left = new Map<string, number>([...ahead.keys()].map((id) => [id, 0]));
  for (const targets of ahead.values()) for (const id of targets) left.set(id, (left.get(id) ?? 0) + 1);
  const layer = new Map<string, number>();
  const ready = [...ahead.keys()].filter((id) => left.get(id) === 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const own = layer.get(id) ?? 0;
    layer.set(id, own);
    for (const target of ahead.get(id) ?? []) {
      layer.set(target, Math.max(layer.get(target) ?? 0, own + 1));
      const remaining = (left.get(target) ?? 1) - 1;
      left.set(target, remaining);
      if (remaining === 0) ready.push(target);
    }
  }
  const layers: string[][] = [];
  for (const id of ahead.keys()) (layers[layer.get(id) ?? 0] ??= []).push(id);
  return layers;
}

/** The order in the layers: each node as near as can be to the middle of those it has edges with. */
function ordered(layers: string[][], ahead: Ahead): string[][] {
  const before = new Map<string, string[]>();
  for (const [source, targets] of ahead) for (const target of targets) before.set(target, [...(before.get(target) ?? []), source]);
  const rank = new Map<string, number>();
  const number = (layer: readonly string[]): void => {
    layer.forEach((id, index) => rank.set(id, (index + 0.5) / layer.length));
  };
  layers.forEach(number);
  const sort = (layer: string[], beside: (id: string) => Iterable<string>): void => {
    const wanted = new Map(layer.map((id) => [id, mean([...beside(id)].map((other) => rank.get(other) ?? 0.5)) ?? rank.get(id) ?? 0.5]));
    layer.sort((one, other) => (wanted.get(one) ?? 0) - (wanted.get(other) ?? 0) || (one < other ? -1 : 1));
    number(layer);
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of layers.slice(1)) sort(layer, (id) => before.get(id) ?? []);
    for (const layer of layers.slice(0, -1).reverse()) sort(layer, (id) => ahead.get(id) ?? []);
  }
  return layers;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Places of the layers; one with more than `rows` nodes gets several columns. */
function columns(layers: readonly string[][], rows: number): Places {
  const at = new Map<string, readonly [number, number]>();
  let [x, bottom] = [0, 0];
  for (const layer of layers) {
    const count = Math.ceil(layer.length / rows);
    const height = Math.ceil(layer.length / count);
    layer.forEach((id, index) => {
      // Row by row, so that the sweep's order stays the order from top to bottom.
      const row = Math.floor(index / count);
      const y = (row - (height - 1) / 2) * ROW;
      bottom = Math.max(bottom, y);
      at.set(id, [x + (index % count) * COLUMN, y]);
    });
    x += count * COLUMN + GAP;
  }
  return { at, width: x, bottom };
}

/** What has no edges: in rows below everything, as wide as it. */
function aside(ids: readonly string[], { at, width, bottom }: Places): void {
  const across = Math.max(FEWEST_ROWS, Math.floor(width / COLUMN));
  const top = at.size === 0 ? 0 : bottom + 2 * ROW;
  ids.forEach((id, index) => at.set(id, [(index % across) * COLUMN, top + Math.floor(index / across) * ROW]));
}
