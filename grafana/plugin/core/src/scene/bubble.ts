/** One circle of the nested map: a node, or a group that holds others. */

import { STATUSES, type Status, type TopologyGroup, type TopologyNode } from '../model/topology';
import type { Mark } from '../model/difference';
import { roleOf, type Role } from '../model/role';

export type Tally = Record<Status, number>;

/** What a node counts: itself. Shared, as all is that most circles have in common. */
const ONE: Readonly<Record<Status, Readonly<Tally>>> = {
  healthy: { healthy: 1, unknown: 0, warning: 0, critical: 0 },
  unknown: { healthy: 0, unknown: 1, warning: 0, critical: 0 },
  warning: { healthy: 0, unknown: 0, warning: 1, critical: 0 },
  critical: { healthy: 0, unknown: 0, warning: 0, critical: 1 },
};
const NOBODY: readonly Bubble[] = [];
const UNMARKED: Readonly<Record<Mark, number>> = { added: 0, changed: 0, removed: 0 };
/** A field that begins as a fraction never has to be made one: engines lay out whole numbers otherwise. */
const UNSET = Number.NaN;

/** Where a circle is, or is on its way to. `size`: drawn share of the radius. */
export class Pose {
  x = UNSET;
  y = UNSET;
  r = UNSET;
  size = UNSET;
  alpha = UNSET;

  set(x: number, y: number, r: number, size: number, alpha: number): this {
    this.x = x;
    this.y = y;
    this.r = r;
    this.size = size;
    this.alpha = alpha;
    return this;
  }

  copy({ x, y, r, size, alpha }: Pose): this {
    return this.set(x, y, r, size, alpha);
  }

  equals({ x, y, r, size, alpha }: Pose): boolean {
    return this.x === x && this.y === y && this.r === r && this.size === size && this.alpha === alpha;
  }
}

export class Bubble {
  parent: Bubble | null = null;
  children: readonly Bubble[] = NOBODY;
  depth = 0;
  /** How many circles are inside, at all depths. */
  inside = 0;
  role: Role = 'application';
  status: Status = 'unknown';
  /** Nodes at or below this circle, by status. */
  tally: Readonly<Tally> = ONE.unknown;
  count = 0;
  readonly now = new Pose().set(0, 0, 1, 1, 0);
  /** Where it set off; null: it never moved. */
  from: Pose | null = null;
  readonly to = new Pose().set(0, 0, 1, 1, 1);
  leaving = false;
  /** Of a group: the radius of its largest member, and whether a node is among them. */
  largest = UNSET;
  holdsNodes = false;
  /** What stands for it on the screen: itself, or the outermost closed group around it. */
  shownAs: Bubble = this;
  /** Level of detail: a group is on its way to be shown open (1) or closed (0). */
  wantOpen = false;
  open = UNSET;
  /** Of this frame: opacity after levels of detail, drawn radius, whether focus dims it. */
  shown = UNSET;
  drawn = UNSET;
  lit = true;
  /** What a comparison says of it, and of how many inside. */
  mark: Mark | null = null;
  marked: Readonly<Record<Mark, number>> = UNMARKED;
  /** Share 0..1 of the pinned metric, null when not measured. */
  level: number | null = null;

  constructor(
    readonly id: string,
    public node: TopologyNode | null,
    public group: TopologyGroup | null,
  ) {
    this.largest = this.open = this.shown = this.drawn = 0;
  }

  /** Take a node over, and count it. */
  be(node: TopologyNode): void {
    this.node = node;
    this.role = roleOf(node);
    this.status = node.status;
    this.count = 1;
    this.tally = ONE[node.status];
  }

  adopt(child: Bubble): void {
    if (this.children === NOBODY) this.children = [child];
    else (this.children as Bubble[]).push(child);
  }

  /** Before its members are told anew. */
  orphan(): void {
    this.children = NOBODY;
  }

  get label(): string {
    return this.node?.label ?? this.group?.label ?? this.id;
  }

  get kind(): string {
    return this.node?.kind ?? this.group?.kind ?? '';
  }

  /** A group whose one member stands for it: drawing both circles would say the same twice. */
  get transparent(): boolean {
    if (this.node !== null || this.count !== 1) return false;
    return this.parent !== null || this.children[0]?.label === this.label;
  }

  worstStatus(): Status {
    let found: Status = this.node === null && this.count > 0 ? 'healthy' : 'unknown';
    for (const status of STATUSES) if (this.tally[status] > 0) found = status;
    return found;
  }
}

const SECONDS = 0.3;

/** Moves circles towards their targets together; survivors glide, newborns grow. */
export class Motion {
  private started: number | null = null;
  private movers: Bubble[] = [];

  constructor(private reduced: boolean) {}

  setReduced(reduced: boolean): void {
    this.reduced = reduced;
  }

  get moving(): boolean {
    return this.started !== null;
  }

  /** Set off with those that are not where they should be; who is on the way already goes on from there. */
  begin(bubbles: Iterable<Bubble>, now: number): void {
    const all = this.movers.length === 0 ? bubbles : new Set([...this.movers, ...bubbles]);
    this.movers = [];
    for (const bubble of all) {
      if (bubble.now.equals(bubble.to)) continue;
      bubble.from = new Pose().copy(bubble.now);
      this.movers.push(bubble);
    }
    this.started = this.movers.length === 0 ? null : now;
  }

  /** One step; true when the last one was reached. `now` in milliseconds. */
  advance(now: number): boolean {
    if (this.started === null) return false;
    const t = this.reduced ? 1 : Math.min(1, (now - this.started) / (SECONDS * 1000));
    const eased = t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2;
    for (const { now: pose, from, to } of this.movers) {
      if (t === 1 || from === null) {
        // Exactly there, which is how `begin` knows who need not move.
        pose.copy(to);
        continue;
      }
      pose.x = from.x + (to.x - from.x) * eased;
      pose.y = from.y + (to.y - from.y) * eased;
      pose.r = from.r + (to.r - from.r) * eased;
      pose.size = from.size + (to.size - from.size) * eased;
      pose.alpha = from.alpha + (to.alpha - from.alpha) * eased;
    }
    if (t < 1) return false;
    this.started = null;
    this.movers = [];
    return true;
  }
}
