/** Edges as they are drawn: between the circles that stand for their ends at this zoom. */

import type { Mark } from '../model/difference';
import { throughput, type TopologyEdge } from '../model/topology';
import type { Bubble } from './bubble';
import { represent } from './level';
import type { Tree } from './tree';

/** x0 y0 x1 y1 x2 y2 x3 y3 of a cubic Bézier curve. */
export type Cubic = Float32Array & Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7, number>;

export class Link {
  readonly edges: TopologyEdge[] = [];
  /** Bytes per second of the members that are counted; null when none is. */
  rate: number | null = null;
  connections = 0;
  private connects = 0;
  private failed = 0;
  /** As drawn, in world units. */
  readonly curve = new Float32Array(8) as Cubic;
  drawn = false;
  lit = true;
  weight = 0;
  /** What a comparison says of its edges. */
  mark: Mark | null = null;
  private hash: number | null = null;

  constructor(
    readonly source: Bubble,
    readonly target: Bubble,
    /** More than one weak link between two groups, drawn as one. */
    readonly trunk: boolean,
  ) {}

  get id(): string {
    return `${this.source.id}>${this.target.id}`;
  }

  /** Where in its stride a flow begins, 0..1: not all at once. */
  get phase(): number {
    this.hash ??= phase(this.id);
    return this.hash;
  }

  get failing(): number {
    return this.connects + this.failed > 0 ? Math.min(1, this.failed / Math.max(this.connects, this.failed)) : 0;
  }

  add(edge: TopologyEdge): void {
    this.edges.push(edge);
    const bytes = throughput(edge);
    if (bytes !== null) this.rate = (this.rate ?? 0) + bytes;
    this.connections += edge.connections ?? 0;
    this.connects += edge.connectsPerSecond ?? 0;
    this.failed += edge.failedPerSecond ?? 0;
  }

  absorb(other: Link): void {
    for (const edge of other.edges) this.add(edge);
  }

  /** Weigh it once all members are in: sorting asks too often to reckon each time. */
  weigh(): this {
    this.weight = Math.log1p(this.rate ?? 0) + Math.log1p(this.connections) * 0.5 + this.failing * 4;
    return this;
  }
}

function phase(id: string): number {
  let hash = 7;
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) | 0;
  return ((hash >>> 0) % 1000) / 1000;
}

/** How many links are drawn on their own; the weaker rest runs in trunks between groups. */
export const STRONG_LINKS = 300;

/** Links between visible circles, strongest first, then the trunks of the rest. */
export function linksOf(tree: Tree, edges: Iterable<TopologyEdge>, budget = STRONG_LINKS): Link[] {
  represent(tree.ordered);
  const found = new Map<Bubble, Map<Bubble, Link>>();
  for (const edge of edges) {
    const source = tree.get(edge.source);
    const target = tree.get(edge.target);
    if (source === undefined || target === undefined) continue;
    if (source.shownAs !== target.shownAs) obtain(found, source.shownAs, target.shownAs, false).add(edge);
  }
  const links = strongestFirst(found);
  return links.length <= budget ? links : [...links.slice(0, budget), ...trunks(links.slice(budget))];
}

function trunks(links: readonly Link[]): Link[] {
  const found = new Map<Bubble, Map<Bubble, Link>>();
  for (const link of links) {
    const [from, to] = sides(link.source, link.target);
    obtain(found, from, to, true).absorb(link);
  }
  return strongestFirst(found);
}

function obtain(found: Map<Bubble, Map<Bubble, Link>>, from: Bubble, to: Bubble, trunk: boolean): Link {
  let row = found.get(from);
  if (row === undefined) {
    row = new Map();
    found.set(from, row);
  }
  let link = row.get(to);
  if (link === undefined) {
    link = new Link(from, to, trunk);
    row.set(to, link);
  }
  return link;
}

function strongestFirst(found: Map<Bubble, Map<Bubble, Link>>): Link[] {
  const links: Link[] = [];
  for (const row of found.values()) for (const link of row.values()) links.push(link.weigh());
  return links.sort((one, other) => other.weight - one.weight);
}

/** The two circles below the common ancestor that contain the two ends. */
export function sides(one: Bubble, other: Bubble): [Bubble, Bubble] {
  let [a, b] = [one, other];
  while (a.depth > b.depth && a.parent !== null) a = a.parent;
  while (b.depth > a.depth && b.parent !== null) b = b.parent;
  while (a.parent !== b.parent && a.parent !== null && b.parent !== null) [a, b] = [a.parent, b.parent];
  return a === b ? [one, other] : [a, b];
}
