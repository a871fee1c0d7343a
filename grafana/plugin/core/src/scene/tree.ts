/** The nested circles of a topology: built once per structural change, survivors keep their place. */

import { roleOf } from '../model/role';
import type { Topology, TopologyNode } from '../model/topology';
import { Bubble } from './bubble';
import type { SizeMetric } from './measure';
import { measure } from './measure';

/** Shares of a node's radius that are drawn; the layout leaves more than the rest as a gap. */
const SMALLEST = 0.72;
const LARGEST = 1.22;
const MIDDLING = 0.95;
/** A node that stands alone for its group has the group's room too. */
const ROOMY = 1.25;

export class Tree {
  readonly bubbles = new Map<string, Bubble>();
  readonly roots: Bubble[] = [];
  /** All circles, parents before children; those that are leaving come last. */
  ordered: Bubble[] = [];
  /** The groups among them that stay. */
  groups: readonly Bubble[] = [];
  private leaving: Bubble[] = [];
  private nodes: readonly TopologyNode[] = [];
  /** Since sizes were last reckoned. */
  private changed: readonly Bubble[] = [];
  private scaled = '';

  get(id: string): Bubble | undefined {
    return this.bubbles.get(id);
  }

  /**
   * Take a topology over. The targets of circles change; `Motion` brings them there. What is the same
   * object as before is unchanged. True if a circle came, went or changed its group.
   */
  update(topology: Topology): boolean {
    const first = this.bubbles.size === 0;
    let relink = false;
    const changed: Bubble[] = [];
    for (const group of topology.groups.values()) {
      const known = this.bubbles.get(group.id);
      if (known?.group === group) continue;
      const bubble = known ?? this.create(group.id);
      relink ||= bubble.group?.parent !== group.parent;
      bubble.group = group;
      bubble.node = null;
      place(bubble, group.position ?? [0, 0], group.radius);
      changed.push(bubble);
    }
    for (const node of this.fresh(topology.nodes)) {
      const known = this.bubbles.get(node.id);
      if (known?.node === node) continue;
      const bubble = known ?? this.create(node.id);
      relink ||= bubble.node?.group !== node.group;
      bubble.group = null;
      take(bubble, node);
      place(bubble, node.position ?? [0, 0], node.radius);
      changed.push(bubble);
    }
    if (this.bubbles.size !== topology.nodes.size + topology.groups.size) relink = this.retire(topology) || relink;
    if (relink) this.link(topology);
    this.count(relink ? this.groups : above(changed));
    this.changed = relink ? this.ordered : [...this.changed, ...changed];
    if (first) this.arrive();
    return relink;
  }

  /** New numbers and states of known nodes; nothing is added, moved or removed. */
  refresh(nodes: ReadonlyMap<string, TopologyNode>): void {
    const changed: Bubble[] = [];
    for (const node of this.fresh(nodes)) {
      const bubble = this.bubbles.get(node.id);
      // Who is not known comes with the next structure, which must find it fresh.
      if (bubble?.node == null) this.nodes = [];
      if (bubble?.node == null || bubble.node === node) continue;
      take(bubble, node);
      changed.push(bubble);
    }
    this.count(above(changed));
    this.changed = [...this.changed, ...changed];
  }

  /** The nodes that are other objects than those of the last time, as far as their order tells. */
  private fresh(nodes: ReadonlyMap<string, TopologyNode>): readonly TopologyNode[] {
    const before = this.nodes;
    this.nodes = [...nodes.values()];
    return this.nodes.filter((node, index) => node !== before[index]);
  }

  /**
   * Drawn sizes and fill levels from the chosen metrics; each kind is measured by its own largest.
   * Returns the circles that may have to move or grow since the last time.
   */
  scale(size: SizeMetric, pinned: SizeMetric): readonly Bubble[] {
    const largest = this.largest(size);
    const highest = this.largest(pinned);
    const measured = JSON.stringify([size, pinned, [...largest], [...highest]]);
    // All sizes are shares of the largest: while that stays, so do those of what did not change.
    const touched = measured === this.scaled ? this.changed : this.ordered;
    const first = this.scaled === '';
    this.scaled = measured;
    this.changed = [];
    for (const bubble of touched) {
      const { node } = bubble;
      if (node === null) continue;
      const share = (measure(node, size) ?? 0) / (largest.get(node.kind) ?? 1);
      const roomy = bubble.parent?.transparent === true ? ROOMY : 1;
      bubble.to.size = (size === 'none' ? MIDDLING : SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share)) * roomy;
      const fill = measure(node, pinned);
      const limit = limitOf(node, pinned) ?? highest.get(node.kind) ?? 1;
      bubble.level = pinned === 'none' || fill === null ? null : Math.min(1, fill / limit);
    }
    if (first) this.arrive();
    return touched;
  }

  /** The first picture is there at once, nothing glides or grows into it. */
  private arrive(): void {
    for (const bubble of this.ordered) Object.assign(bubble.now, bubble.to);
  }

  /** Forget what has finished fading out. */
  sweep(): void {
    if (this.leaving.length === 0) return;
    this.leaving = [];
    this.ordered = this.ordered.filter((bubble) => !bubble.leaving);
  }

  private largest(metric: SizeMetric): Map<string, number> {
    const most = new Map<string, number>();
    if (metric === 'none') return most;
    for (const { node } of this.ordered) {
      if (node !== null) most.set(node.kind, Math.max(most.get(node.kind) ?? 1e-9, measure(node, metric) ?? 0));
    }
    return most;
  }

  private create(id: string): Bubble {
    const bubble = new Bubble(id, null, null);
    this.bubbles.set(id, bubble);
    return bubble;
  }

  /** Let go of what is not there any more; true if there was any. */
  private retire(topology: Topology): boolean {
    let any = false;
    for (const [id, bubble] of this.bubbles) {
      if (topology.nodes.has(id) || topology.groups.has(id)) continue;
      any = true;
      this.bubbles.delete(id);
      bubble.leaving = true;
      bubble.to.alpha = 0;
      bubble.to.r = bubble.now.r * 0.6;
      this.leaving.push(bubble);
    }
    return any;
  }

  private link(topology: Topology): void {
    this.roots.length = 0;
    for (const bubble of this.bubbles.values()) bubble.children.length = 0;
    for (const bubble of this.bubbles.values()) {
      const wanted = bubble.node?.group ?? bubble.group?.parent ?? null;
      const parent = wanted !== null && topology.groups.has(wanted) ? this.bubbles.get(wanted) : undefined;
      bubble.parent = parent === undefined || descends(parent, bubble) ? null : parent;
      (bubble.parent?.children ?? this.roots).push(bubble);
    }
    this.ordered = [];
    const visit = (bubble: Bubble, depth: number): void => {
      bubble.depth = depth;
      this.ordered.push(bubble);
      for (const child of bubble.children) visit(child, depth + 1);
    };
    for (const root of this.roots) visit(root, 0);
    this.groups = this.ordered.filter(({ node }) => node === null);
    this.ordered.push(...this.leaving);
  }

  /** Reckon groups from their members; `groups` has parents before children. */
  private count(groups: readonly Bubble[]): void {
    for (let index = groups.length - 1; index >= 0; index -= 1) {
      const bubble = groups[index];
      if (bubble === undefined) continue;
      const { tally } = bubble;
      tally.healthy = tally.unknown = tally.warning = tally.critical = 0;
      bubble.count = bubble.largest = 0;
      bubble.holdsNodes = false;
      const roles = new Map<string, number>();
      for (const child of bubble.children) {
        tally.healthy += child.tally.healthy;
        tally.unknown += child.tally.unknown;
        tally.warning += child.tally.warning;
        tally.critical += child.tally.critical;
        bubble.count += child.count;
        bubble.largest = Math.max(bubble.largest, child.to.r);
        bubble.holdsNodes ||= child.node !== null;
        const seen = (roles.get(child.role) ?? 0) + 1;
        roles.set(child.role, seen);
        if (seen > (roles.get(bubble.role) ?? 0)) bubble.role = child.role;
      }
      if (!roles.has(bubble.role)) bubble.role = bubble.children[0]?.role ?? 'application';
      bubble.status = bubble.worstStatus();
    }
  }
}

function take(bubble: Bubble, node: TopologyNode): void {
  bubble.node = node;
  bubble.role = roleOf(node);
  bubble.status = node.status;
  bubble.count = 1;
  const { tally } = bubble;
  tally.healthy = tally.unknown = tally.warning = tally.critical = 0;
  tally[node.status] = 1;
}

/** The groups around circles, and those of them that are groups themselves; parents before children. */
function above(bubbles: readonly Bubble[]): readonly Bubble[] {
  const found = new Set<Bubble>();
  for (const bubble of bubbles) {
    for (let at = bubble.node === null ? bubble : bubble.parent; at !== null && !found.has(at); at = at.parent) found.add(at);
  }
  return [...found].sort((one, other) => one.depth - other.depth);
}

function place(bubble: Bubble, position: readonly [number, number], radius: number): void {
  const { to, now } = bubble;
  to.x = position[0];
  to.y = position[1];
  to.r = radius > 0 ? radius : 10;
  to.alpha = 1;
  if (now.alpha === 0) {
    now.x = to.x;
    now.y = to.y;
    now.r = to.r * 0.35;
  }
}

function descends(bubble: Bubble | null, ancestor: Bubble): boolean {
  for (let at = bubble; at !== null; at = at.parent) if (at === ancestor) return true;
  return false;
}

function limitOf(node: TopologyNode, metric: SizeMetric): number | null {
  const limit = metric === 'cpu' ? node.limits.cpu : metric === 'memory' ? node.limits.memory : null;
  return limit != null && limit > 0 ? limit : null;
}
