/**
 * A topology as it is to be drawn: in the nested circles of the API, flat by force, or in layers.
 * Stands between who keeps the topology and who draws it, and looks like the former to the latter.
 */

import type { Change, TopologySource } from '../model/store';
import type { Point, Topology, TopologyNode } from '../model/topology';
import { FLAT_LIMIT, NODE_RADIUS, settling } from './force';
import { placeLayered } from './layered';

export type Layout = 'nested' | 'force' | 'layered';

export const LAYOUTS: readonly Layout[] = ['nested', 'force', 'layered'];

/** How long it computes before others may work, in milliseconds. */
const SLICE_MS = 8;

export class Arrangement implements TopologySource {
  private layout: Layout = 'nested';
  private within: ReadonlySet<string> | null = null;
  private arranged: Topology | null = null;
  /** Another layout was chosen: what is drawn next is looked at afresh. */
  private fresh = false;
  private known: ReadonlyMap<string, Point> = new Map();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<(change: Change) => void>();

  constructor(private readonly source: TopologySource) {
    source.subscribe((change) => {
      this.take(change);
    });
  }

  get topology(): Topology | null {
    if (this.fresh) return null;
    return this.own === 'nested' ? this.source.topology : this.arranged;
  }

  /** How it is drawn: as chosen, or nested when that would be too many nodes. */
  get own(): Layout {
    return this.fits(this.layout) ? this.layout : 'nested';
  }

  /** Whether a layout can show what there is. */
  fits(layout: Layout): boolean {
    const count = this.source.topology?.nodes.size ?? 0;
    return layout === 'nested' || count <= FLAT_LIMIT || (layout === 'layered' && this.within !== null && this.within.size <= FLAT_LIMIT);
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** `within`: the nodes that layers are made of; null: all. */
  choose(layout: Layout, within: ReadonlySet<string> | null): void {
    const cut = layout === 'layered' ? within : null;
    if (layout === this.layout && same(cut, this.within)) return;
    if (layout !== this.layout) {
      this.known = new Map();
      this.arranged = null;
      this.fresh = true;
      this.announce('full');
      this.fresh = false;
    }
    this.layout = layout;
    this.within = cut;
    this.take('full');
  }

  private take(change: Change): void {
    const { topology } = this.source;
    const { own } = this;
    if (topology === null || own === 'nested') {
      clearTimeout(this.timer);
      this.arranged = null;
      this.announce(change);
    } else if (change === 'numbers' && this.arranged !== null) {
      this.put(renumbered(this.arranged, topology), 'numbers');
    } else if (own === 'layered') {
      this.put(placeLayered(cut(topology, this.within)), this.arranged === null ? 'full' : change);
    } else if (change !== 'numbers') this.settle(topology);
  }

  private settle(topology: Topology): void {
    clearTimeout(this.timer);
    const steps = settling(bare(topology), this.known);
    const work = (): void => {
      for (const end = performance.now() + SLICE_MS; performance.now() < end; ) {
        const step = steps.next();
        if (step.done === true) {
          this.known = new Map([...step.value.nodes.values()].flatMap(({ id, position }) => (position === null ? [] : [[id, position] as const])));
          const first = this.arranged === null;
          // Numbers may have come meanwhile.
          this.put(renumbered(step.value, this.source.topology ?? topology), first ? 'full' : 'structure');
          return;
        }
      }
      this.timer = setTimeout(work, 0);
    };
    work();
  }

  private put(topology: Topology, change: Change): void {
    this.arranged = topology;
    this.announce(change);
  }

  private announce(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}

/** Without the places of the API, which are made for nested circles. */
function bare(topology: Topology): Topology {
  const nodes = new Map<string, TopologyNode>();
  for (const node of topology.nodes.values()) nodes.set(node.id, { ...node, position: null, radius: NODE_RADIUS });
  return { ...topology, nodes };
}

function cut(topology: Topology, within: ReadonlySet<string> | null): Topology {
  if (within === null) return topology;
  const nodes = new Map([...topology.nodes].filter(([id]) => within.has(id)));
  return { ...topology, nodes };
}

/** What is known now, in the places of before. */
function renumbered(placed: Topology, now: Topology): Topology {
  const nodes = new Map<string, TopologyNode>();
  for (const { id, group, position, radius } of placed.nodes.values()) {
    const node = now.nodes.get(id);
    if (node !== undefined) nodes.set(id, { ...node, group, position, radius });
  }
  return { ...now, nodes, groups: placed.groups };
}

function same(one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): boolean {
  if (one === null || other === null) return one === other;
  return one.size === other.size && [...one].every((id) => other.has(id));
}
