/** The nested circles of a topology: built once per structural change, survivors keep their place. */

import { STATUSES, type Topology, type TopologyGroup, type TopologyNode } from '../model/topology';
import { Bubble } from './bubble';
import type { SizeMetric } from './measure';
import { measure } from './measure';
import { Order } from './order';
import { Yardstick } from './yardstick';

/** Shares of a node's radius that are drawn; the layout leaves more than the rest as a gap. */
const SMALLEST = 0.72;
const LARGEST = 1.22;
const MIDDLING = 0.95;
/** A node that stands alone for its group has the group's room too. */
const ROOMY = 1.25;

export class Tree {
  readonly bubbles = new Map<string, Bubble>();
  readonly roots: Bubble[] = [];
  /** All circles, each before what is inside of it; those that are leaving come last, and count inside of none. */
  ordered: Bubble[] = [];
  /** The groups among them that stay. */
  groups: readonly Bubble[] = [];
  private leaving: Bubble[] = [];
  private readonly nodes = new Order<TopologyNode>();
  private readonly circles = new Order<TopologyGroup>();
  private readonly sizes = new Yardstick();
  private readonly levels = new Yardstick();
  /** Since sizes were last reckoned; null: all may have. */
  private changed: readonly Bubble[] | null = null;
  /** The first picture is there at once, nothing glides or grows into it. */
  private arriving = false;

  get(id: string): Bubble | undefined {
    return this.bubbles.get(id);
  }

  /**
   * Take a topology over. The targets of circles change; `Motion` brings them there. What is the same
   * object as before is unchanged. True if a circle came, went or changed its group.
   */
  update(topology: Topology): boolean {
    this.arriving = this.bubbles.size === 0;
    let relink = false;
    const changed: Bubble[] = [];
    for (const group of this.circles.fresh(topology.groups).found) {
      const known = this.bubbles.get(group.id);
      if (known?.group === group) continue;
      const bubble = known ?? this.create(group.id);
      relink ||= bubble.group?.parent !== group.parent;
      bubble.group = group;
      bubble.node = null;
      place(bubble, group.position ?? [0, 0], group.radius);
      changed.push(bubble);
    }
    for (const node of this.nodes.fresh(topology.nodes).found) {
      const known = this.bubbles.get(node.id);
      if (known?.node === node) continue;
      const bubble = known ?? this.create(node.id);
      relink ||= bubble.node?.group !== node.group;
      bubble.group = null;
      bubble.be(node);
      place(bubble, node.position ?? [0, 0], node.radius);
      changed.push(bubble);
    }
    if (this.bubbles.size !== topology.nodes.size + topology.groups.size) relink = this.retire(topology) || relink;
    if (relink) this.link(topology);
    this.count(relink ? this.groups : above(changed));
    this.changed = relink || this.changed === null ? null : [...this.changed, ...changed];
    if (this.arriving) this.arrive();
    return relink;
  }

  /** New numbers and states of known nodes; nothing is added, moved or removed. */
  refresh(nodes: ReadonlyMap<string, TopologyNode>): void {
    const changed: Bubble[] = [];
    for (const node of this.nodes.fresh(nodes).found) {
      const bubble = this.bubbles.get(node.id);
      // Who is not known comes with the next structure, which must find it fresh.
      if (bubble?.node == null) this.nodes.forget();
      if (bubble?.node == null || bubble.node === node) continue;
      bubble.be(node);
      changed.push(bubble);
    }
    this.count(above(changed));
    this.changed = this.changed === null ? null : [...this.changed, ...changed];
  }

  /**
   * Drawn sizes and fill levels from the chosen metrics; each kind is measured by its own largest.
   * Returns the circles that may have to move or grow since the last time.
   */
  scale(size: SizeMetric, pinned: SizeMetric): readonly Bubble[] {
    // All sizes are shares of the largest: while that stays, so do those of what did not change.
    const bigger = this.sizes.take(size, this.ordered, this.changed);
    const fuller = this.levels.take(pinned, this.ordered, this.changed);
    const touched = bigger || fuller ? this.ordered : (this.changed ?? this.ordered);
    this.changed = [];
    for (const bubble of touched) {
      const { node } = bubble;
      if (node === null) continue;
      const share = (measure(node, size) ?? 0) / this.sizes.of(node.kind);
      const roomy = bubble.parent?.transparent === true ? ROOMY : 1;
      bubble.to.size = (size === 'none' ? MIDDLING : SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share)) * roomy;
      const fill = measure(node, pinned);
      const limit = limitOf(node, pinned) ?? this.levels.of(node.kind);
      bubble.level = pinned === 'none' || fill === null ? null : Math.min(1, fill / limit);
    }
    if (this.arriving) this.arrive();
    this.arriving = false;
    return touched;
  }

  private arrive(): void {
    for (const bubble of this.ordered) bubble.now.copy(bubble.to);
  }

  /** Forget what has finished fading out. */
  sweep(): void {
    if (this.leaving.length === 0) return;
    this.leaving = [];
    this.ordered = this.ordered.filter((bubble) => !bubble.leaving);
    // The largest may have gone with them.
    this.changed = null;
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
    for (const bubble of this.bubbles.values()) bubble.orphan();
    for (const bubble of this.bubbles.values()) {
      const wanted = bubble.node?.group ?? bubble.group?.parent ?? null;
      const parent = wanted !== null && topology.groups.has(wanted) ? this.bubbles.get(wanted) : undefined;
      bubble.parent = parent === undefined || descends(parent, bubble) ? null : parent;
      if (bubble.parent === null) this.roots.push(bubble);
      else bubble.parent.adopt(bubble);
    }
    this.ordered = [];
    const visit = (bubble: Bubble, depth: number): void => {
      bubble.depth = depth;
      const before = this.ordered.push(bubble);
      for (const child of bubble.children) visit(child, depth + 1);
      bubble.inside = this.ordered.length - before;
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
      const tally = { healthy: 0, unknown: 0, warning: 0, critical: 0 };
      bubble.count = bubble.largest = 0;
      bubble.holdsNodes = false;
      const roles = new Map<string, number>();
      for (const child of bubble.children) {
        for (const status of STATUSES) tally[status] += child.tally[status];
        bubble.count += child.count;
        bubble.largest = Math.max(bubble.largest, child.to.r);
        bubble.holdsNodes ||= child.node !== null;
        const seen = (roles.get(child.role) ?? 0) + 1;
        roles.set(child.role, seen);
        if (seen > (roles.get(bubble.role) ?? 0)) bubble.role = child.role;
      }
      if (!roles.has(bubble.role)) bubble.role = bubble.children[0]?.role ?? 'application';
      bubble.tally = tally;
      bubble.status = bubble.worstStatus();
    }
  }
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
