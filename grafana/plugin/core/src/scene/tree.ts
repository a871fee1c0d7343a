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
  private leaving: Bubble[] = [];

  get(id: string): Bubble | undefined {
    return this.bubbles.get(id);
  }

  /** Take a topology over. Every circle's target changes; `Motion` brings them there. */
  update(topology: Topology): void {
    this.retire(topology);
    const first = this.bubbles.size === 0;
    for (const group of topology.groups.values()) {
      const bubble = this.obtain(group.id);
      bubble.group = group;
      bubble.node = null;
      place(bubble, group.position ?? [0, 0], group.radius);
    }
    for (const node of topology.nodes.values()) {
      const bubble = this.obtain(node.id);
      bubble.node = node;
      bubble.group = null;
      place(bubble, node.position ?? [0, 0], node.radius);
    }
    this.link(topology);
    this.refresh(topology.nodes.values());
    if (first) for (const bubble of this.ordered) Object.assign(bubble.now, bubble.to);
  }

  /** New numbers and states of known nodes; nothing is added, moved or removed. */
  refresh(nodes: Iterable<TopologyNode>): void {
    for (const node of nodes) {
      const bubble = this.bubbles.get(node.id);
      if (bubble?.node != null) {
        bubble.node = node;
        bubble.role = roleOf(node);
        bubble.status = node.status;
      }
    }
    this.count();
  }

  /** Drawn sizes and fill levels from the chosen metrics; each kind is measured by its own largest. */
  scale(size: SizeMetric, pinned: SizeMetric): void {
    const largest = this.largest(size);
    const highest = this.largest(pinned);
    for (const bubble of this.ordered) {
      const { node } = bubble;
      if (node === null) continue;
      const share = (measure(node, size) ?? 0) / (largest.get(node.kind) ?? 1);
      const roomy = bubble.parent?.transparent === true ? ROOMY : 1;
      bubble.to.size = (size === 'none' ? MIDDLING : SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share)) * roomy;
      const fill = measure(node, pinned);
      const limit = limitOf(node, pinned) ?? highest.get(node.kind) ?? 1;
      bubble.level = pinned === 'none' || fill === null ? null : Math.min(1, fill / limit);
    }
  }

  /** Forget what has finished fading out. */
  sweep(): void {
    if (this.leaving.length === 0) return;
    this.leaving = [];
    this.ordered = this.ordered.filter((bubble) => !bubble.leaving);
  }

  private largest(metric: SizeMetric): Map<string, number> {
    const most = new Map<string, number>();
    for (const { node } of this.ordered) {
      if (node !== null) most.set(node.kind, Math.max(most.get(node.kind) ?? 1e-9, measure(node, metric) ?? 0));
    }
    return most;
  }

  private obtain(id: string): Bubble {
    const known = this.bubbles.get(id);
    if (known !== undefined) return known;
    const bubble = new Bubble(id, null, null);
    this.bubbles.set(id, bubble);
    return bubble;
  }

  private retire(topology: Topology): void {
    for (const [id, bubble] of this.bubbles) {
      if (topology.nodes.has(id) || topology.groups.has(id)) continue;
      this.bubbles.delete(id);
      bubble.leaving = true;
      bubble.to.alpha = 0;
      bubble.to.r = bubble.now.r * 0.6;
      this.leaving.push(bubble);
    }
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
    this.ordered.push(...this.leaving);
  }

  private count(): void {
    for (let index = this.ordered.length - 1; index >= 0; index -= 1) {
      const bubble = this.ordered[index];
      if (bubble === undefined || bubble.leaving) continue;
      const { tally } = bubble;
      tally.healthy = tally.unknown = tally.warning = tally.critical = 0;
      bubble.count = 0;
      if (bubble.node !== null) {
        tally[bubble.node.status] = 1;
        bubble.count = 1;
        continue;
      }
      const roles = new Map<string, number>();
      for (const child of bubble.children) {
        tally.healthy += child.tally.healthy;
        tally.unknown += child.tally.unknown;
        tally.warning += child.tally.warning;
        tally.critical += child.tally.critical;
        bubble.count += child.count;
        const seen = (roles.get(child.role) ?? 0) + 1;
        roles.set(child.role, seen);
        if (seen > (roles.get(bubble.role) ?? 0)) bubble.role = child.role;
      }
      if (!roles.has(bubble.role)) bubble.role = bubble.children[0]?.role ?? 'application';
      bubble.status = bubble.worstStatus();
    }
  }
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
