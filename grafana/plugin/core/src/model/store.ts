/** The topology of one view, kept current by full pictures, structural deltas and numbers. */

import {
  decodeAll,
  decodeEdge,
  decodeFreshness,
  decodeGroup,
  decodeNode,
  decodeRate,
  list,
  metrics,
  number,
  object,
  text,
  type Json,
} from './decode';
import type { Topology, TopologyEdge, TopologyGroup, TopologyNode } from './topology';

export type Change = 'full' | 'structure' | 'numbers';

/** What a message did: `gap` means that one was missed and a full picture is needed. */
export type Applied = Change | 'gap' | 'ignored';

/** A topology that changes, and who hears of it. */
export interface TopologySource {
  readonly topology: Topology | null;
  subscribe(listener: (change: Change) => void): () => void;
}

interface Held extends Topology {
  readonly nodes: Map<string, TopologyNode>;
  readonly edges: Map<string, TopologyEdge>;
  readonly groups: Map<string, TopologyGroup>;
}

export function decodeTopology(value: unknown): Topology {
  return hold(object(value));
}

function hold(raw: Json): Held {
  return {
    view: text(raw.view),
    version: text(raw.version),
    ...decodeFreshness(raw),
    nodes: decodeAll(raw.nodes, decodeNode),
    edges: decodeAll(raw.edges, decodeEdge),
    groups: decodeAll(raw.groups, decodeGroup),
  };
}

export class TopologyStore implements TopologySource {
  private held: Held | null = null;
  private readonly listeners = new Set<(change: Change) => void>();

  get topology(): Topology | null {
    return this.held;
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Take a topology that was not sent but made here. */
  put(topology: Topology): void {
    this.held = { ...topology, nodes: new Map(topology.nodes), edges: new Map(topology.edges), groups: new Map(topology.groups) };
    this.announce('full');
  }

  clear(): void {
    this.held = null;
    this.announce('full');
  }

  /** Take one message of the live socket, or a REST answer (which has no `type`). */
  apply(message: unknown): Applied {
    const raw = object(message);
    const type = text(raw.type, 'full');
    if (type === 'full') {
      this.held = hold(raw);
      return this.announce('full');
    }
    if (type !== 'delta' && type !== 'metrics') return 'ignored';
    if (text(raw.base, 'none') !== this.held?.version) return 'gap';
    const change = type === 'delta' ? this.applyDelta(this.held, raw) : this.applyNumbers(this.held, raw);
    this.held = { ...this.held, ...decodeFreshness({ ...staleness(this.held), ...raw }), version: text(raw.version) };
    return this.announce(change);
  }

  private applyDelta(held: Held, raw: Json): Change {
    patch(held.nodes, raw.nodes, decodeNode);
    patch(held.edges, raw.edges, decodeEdge);
    patch(held.groups, raw.groups, decodeGroup);
    return 'structure';
  }

  private applyNumbers(held: Held, raw: Json): Change {
    for (const [id, values] of Object.entries(object(raw.nodes))) {
      const node = held.nodes.get(id);
      if (node === undefined) continue;
      const wrapped = object(values);
      const changed = metrics('metrics' in wrapped ? wrapped.metrics : wrapped);
      held.nodes.set(id, { ...node, metrics: { ...node.metrics, ...changed } });
    }
    for (const [id, values] of Object.entries(object(raw.edges))) {
      const edge = held.edges.get(id);
      if (edge !== undefined) held.edges.set(id, withNumbers(edge, object(values)));
    }
    return 'numbers';
  }

  private announce(change: Change): Change {
    for (const listener of this.listeners) listener(change);
    return change;
  }
}

/** Staleness of a held topology in wire form, so that a message that says nothing keeps it. */
function staleness(held: Held): Json {
  return {
    taken_at: held.takenAt === null ? null : held.takenAt / 1000,
    stale_since: held.staleSince === null ? null : held.staleSince / 1000,
    stale_reason: held.staleReason,
  };
}

function patch<T extends { readonly id: string }>(
  items: Map<string, T>,
  value: unknown,
  decode: (item: unknown) => T | null,
): void {
  const raw = object(value);
  for (const id of list(raw.remove)) items.delete(text(id));
  for (const item of list(raw.upsert)) {
    const decoded = decode(item);
    if (decoded !== null) items.set(decoded.id, decoded);
  }
}

function withNumbers(edge: TopologyEdge, raw: Json): TopologyEdge {
  return {
    ...edge,
    connections: 'connections' in raw ? number(raw.connections) : edge.connections,
    bytesPerSecond:
      'bytes_per_second' in raw ? decodeRate(raw.bytes_per_second) : edge.bytesPerSecond,
    connectsPerSecond:
      'connects_per_second' in raw ? number(raw.connects_per_second) : edge.connectsPerSecond,
    failedPerSecond:
      'failed_per_second' in raw ? number(raw.failed_per_second) : edge.failedPerSecond,
  };
}
