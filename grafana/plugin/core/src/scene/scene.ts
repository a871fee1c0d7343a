/** The scene: holds the circles and links of a view and composes the display list for a camera. */

import type { TopologyEdge } from '../model/topology';
import type { Palette } from '../theme/palette';
import type { Bubble } from './bubble';
import { Motion } from './bubble';
import type { Camera, Size } from './camera';
import { DisplayList } from './display';
import { composeLinks } from './stroke';
import { Levels, representative } from './level';
import { linksOf, type Link } from './link';
import { markBubbles, markLinks, type Marks } from './mark';
import type { SizeMetric } from './measure';
import { Order } from './order';
import { CLOSED, paintDonut, paintHull, paintNode, type Brush } from './paint';
import { ringPicked, ringSelected, signPinned } from './sign';
import { Tree } from './tree';
import type { Topology } from '../model/topology';

/** Drawn beyond the border of the screen, so that a small pan needs no new composition. */
const MARGIN = 0.25;
const INVISIBLE = 0.01;

export interface Emphasis {
  readonly hovered: string | null;
  readonly hoveredLink: string | null;
  readonly selected: string | null;
  /** Ids that match a search; null: there is none. */
  readonly matched: ReadonlySet<string> | null;
  /** Ids that stay lit with the edges between them: a neighbourhood or a path; null: neither. */
  readonly within: ReadonlySet<string> | null;
  /** What came, went or changed between two moments; null: none are compared. */
  readonly marks: Marks | null;
  /** What is picked to be acted on together. */
  readonly picked: ReadonlySet<string>;
  /** Who was put somewhere by hand. */
  readonly pinned: ReadonlySet<string>;
}

const NOTHING_MARKED: Marks = new Map();

export const NO_EMPHASIS: Emphasis = { hovered: null, hoveredLink: null, selected: null, matched: null, within: null, marks: null, picked: new Set(), pinned: new Set() };

export class Scene {
  readonly tree = new Tree();
  readonly list = new DisplayList();
  readonly visible: Bubble[] = [];
  /** What is not hidden in a closed group, wherever it is. */
  private readonly seen: Bubble[] = [];
  /** Nothing is dimmed, as at first: there is nothing to do about it. */
  private alight = true;
  links: Link[] = [];
  private readonly edges = new Order<TopologyEdge>();
  private readonly motion: Motion;
  private readonly levels: Levels;
  private emphasis: Emphasis = NO_EMPHASIS;
  private regroup = true;
  private size: SizeMetric = 'cpu';
  private pinned: SizeMetric = 'none';
  private dim = 1;
  private marked = false;

  constructor(private reduced = false) {
    this.motion = new Motion(reduced);
    this.levels = new Levels(reduced);
  }

  setReduced(reduced: boolean): void {
    this.reduced = reduced;
    this.motion.setReduced(reduced);
    this.levels.setReduced(reduced);
  }

  /** How many times sooner than usual a group opens while zooming in. */
  setDetail(detail: number): void {
    this.levels.setDetail(detail);
  }

  /** Take over a changed structure at `now` (milliseconds). */
  update(topology: Topology, now: number): void {
    if (this.tree.update(topology)) this.regroup = true;
    this.takeEdges(topology);
    this.rescale(now);
  }

  /** Take over new numbers: colours and sizes only. */
  refresh(topology: Topology, now: number): void {
    this.tree.refresh(topology.nodes);
    this.takeEdges(topology);
    this.rescale(now);
  }

  measureBy(size: SizeMetric, pinned: SizeMetric, now: number): void {
    this.size = size;
    this.pinned = pinned;
    this.rescale(now);
  }

  emphasise(emphasis: Emphasis): void {
    this.emphasis = emphasis;
  }

  /** How strongly what is not in focus is shown now: 1 fully. */
  get dimmed(): number {
    return this.dim;
  }

  get emphasised(): boolean {
    const { hovered, selected, matched, within, marks } = this.emphasis;
    return hovered !== null || selected !== null || matched !== null || within !== null || (marks?.size ?? 0) > 0;
  }

  /** Compose for a camera; true while something is still on its way. */
  compose(camera: Camera, screen: Size, palette: Palette, now: number): boolean {
    const arrived = this.motion.advance(now);
    if (arrived) this.tree.sweep();
    if (this.levels.decide(this.tree, camera.k)) this.regroup = true;
    const fading = this.levels.fade(this.tree, now);
    if (this.regroup) {
      this.links = linksOf(this.tree, this.edges.items);
      this.regroup = false;
    }
    this.arrange(camera);
    this.mark();
    this.light();
    const dimming = this.fadeDim();
    this.paint(camera, screen, palette);
    return this.motion.moving || fading || dimming;
  }

  /** Links are made anew only when an edge is another object than before. */
  private takeEdges({ edges }: Topology): void {
    const { found, cut } = this.edges.fresh(edges);
    if (cut || found.length > 0) this.regroup = true;
  }

  private rescale(now: number): void {
    this.motion.begin(this.tree.scale(this.size, this.pinned), now);
  }

  /** Opacity and drawn radius at this camera of every circle that is not inside of a closed one. */
  private arrange({ k }: Camera): void {
    const { ordered } = this.tree;
    this.seen.length = 0;
    for (let index = 0; index < ordered.length; index += 1) {
      const bubble = ordered[index];
      if (bubble === undefined) continue;
      bubble.shown = shownAt(bubble);
      if (bubble.open === 0 && !bubble.wantOpen) index += bubble.inside;
      if (bubble.shown <= INVISIBLE) continue;
      this.seen.push(bubble);
      bubble.drawn =
        bubble.node !== null
          ? bubble.now.r * bubble.now.size
          : bubble.wantOpen
            ? bubble.now.r
            : Math.max(bubble.now.r * CLOSED, 2 / k);
    }
  }

  private mark(): void {
    const { marks } = this.emphasis;
    if (marks === null && !this.marked) return;
    this.marked = marks !== null;
    markBubbles(this.tree.ordered, marks ?? NOTHING_MARKED);
    markLinks(this.links, marks ?? NOTHING_MARKED);
  }

  /** Decide what the emphasis leaves lit: the thing itself, what it talks to, and their hulls. */
  private light(): void {
    const { matched, within, hovered, marks } = this.emphasis;
    if (within !== null && hovered === null) {
      this.alight = false;
      this.lightWithin(within);
      return;
    }
    const focus = this.focus();
    const wanted = matched ?? (marks !== null && marks.size > 0 ? marks : null);
    const everything = focus === null && wanted === null;
    if (everything && this.alight) return;
    this.alight = everything;
    for (const bubble of this.tree.ordered) {
      bubble.lit = everything || (focus === null && wanted?.has(bubble.id) === true);
    }
    for (const link of this.links) link.lit = everything || (focus === null && link.mark !== null);
    if (everything) return;
    if (focus === null) {
      this.tree.ordered.filter((bubble) => bubble.lit).forEach(raise);
      return;
    }
    const inside = new Set<Bubble>();
    collect(focus, inside);
    inside.add(representative(focus));
    for (const bubble of inside) bubble.lit = true;
    for (const link of this.links) {
      link.lit = inside.has(link.source) || inside.has(link.target);
      if (!link.lit) continue;
      for (const end of [link.source, link.target]) {
        end.lit = true;
        if (end.node === null && !end.wantOpen) collect(end, inside, false);
        raise(end);
      }
    }
    raise(focus);
  }

  private lightWithin(within: ReadonlySet<string>): void {
    const shown = new Set<Bubble>();
    for (const bubble of this.tree.ordered) bubble.lit = false;
    for (const id of within) {
      const bubble = this.tree.get(id);
      if (bubble === undefined) continue;
      bubble.lit = true;
      raise(bubble);
      shown.add(representative(bubble));
    }
    for (const link of this.links) link.lit = link.edges.some((edge) => within.has(edge.source) && within.has(edge.target)) && shown.has(link.source) && shown.has(link.target);
  }

  private focus(): Bubble | null {
    const { hovered, selected } = this.emphasis;
    return this.tree.get(hovered ?? '') ?? this.tree.get(selected ?? '') ?? null;
  }

  private fadeDim(): boolean {
    const goal = this.emphasised ? 0.16 : 1;
    if (this.reduced) this.dim = goal;
    if (this.dim === goal) return false;
    this.dim += (goal - this.dim) * 0.35;
    if (Math.abs(this.dim - goal) < 0.01) this.dim = goal;
    return this.dim !== goal;
  }

  private paint(camera: Camera, screen: Size, palette: Palette): void {
    const { list, visible } = this;
    list.clear();
    visible.length = 0;
    const brush: Brush = { list, palette, k: camera.k, dim: this.dim };
    const [left, top] = [-camera.x / camera.k, -camera.y / camera.k];
    const [width, height] = [screen.width / camera.k, screen.height / camera.k];
    for (const bubble of this.seen) {
      if (bubble.now.alpha <= INVISIBLE) continue;
      const { x, y, r } = bubble.now;
      if (x + r < left - width * MARGIN || x - r > left + width * (1 + MARGIN)) continue;
      if (y + r < top - height * MARGIN || y - r > top + height * (1 + MARGIN)) continue;
      if (bubble.node !== null) {
        visible.push(bubble);
        paintNode(brush, bubble);
      } else if (!bubble.transparent) {
        visible.push(bubble);
        if (bubble.open > 0) paintHull(brush, bubble);
        if (bubble.open < 1) {
          const { shown } = bubble;
          bubble.shown = shown * (1 - bubble.open);
          paintDonut(brush, bubble);
          bubble.shown = shown;
        }
      }
    }
    composeLinks(brush, this.links, { focused: this.focus() !== null, hovered: this.emphasis.hoveredLink, still: this.reduced });
    this.sign(brush);
  }

  private sign(brush: Brush): void {
    const { pinned, picked, selected } = this.emphasis;
    const each = (ids: Iterable<string>, draw: (brush: Brush, bubble: Bubble) => void): void => {
      for (const id of ids) {
        const bubble = this.tree.get(id);
        if (bubble !== undefined) draw(brush, bubble);
      }
    };
    each(pinned, signPinned);
    each(picked, ringPicked);
    if (selected !== null) each([selected], ringSelected);
  }
}

function collect(bubble: Bubble, into: Set<Bubble>, count = true): void {
  if (count) into.add(bubble);
  for (const child of bubble.children) {
    child.lit = true;
    collect(child, into, count);
  }
}

/** Opacity as far as levels of detail go; what is leaving may have been in a group that is closed. */
function shownAt(bubble: Bubble): number {
  if (bubble.parent === null) return 1;
  if (!bubble.leaving) return bubble.parent.shown * bubble.parent.open;
  let shown = 1;
  for (let at: Bubble | null = bubble.parent; at !== null; at = at.parent) shown *= at.open;
  return shown;
}

function raise(bubble: Bubble): void {
  for (let at = bubble.parent; at !== null; at = at.parent) at.lit = true;
}
