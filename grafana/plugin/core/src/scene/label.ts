/** Names on the map: placed greedily by importance, never over one another, inside where they fit. */

import { bytes, cores, count, rate } from '../model/format';
import { mix, type Palette, type Rgb } from '../theme/palette';
import type { Bubble } from './bubble';
import type { Camera, Size } from './camera';
import type { Link } from './link';
import { measure, OWN_FIGURE, type SizeMetric } from './measure';
import { INSIDE_PIXELS } from './paint';
import { Occupancy, type Box } from './occupancy';
import { along } from './route';

export interface Label {
  readonly text: string;
  /** A quieter second line; empty: none. */
  readonly second: string;
  /** Middle of the first line, in screen pixels of the camera it was placed for. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly weight: 400 | 500 | 600 | 700;
  readonly spacing: number;
  readonly color: Rgb;
  readonly alpha: number;
  /** On a plate of its own: labels of links. */
  readonly plate: boolean;
  readonly width: number;
}

/** Width in pixels of a text at 1 px size. */
export type Measure = (text: string, weight: number) => number;

export interface LabelRequest {
  readonly bubbles: readonly Bubble[];
  readonly links: readonly Link[];
  readonly camera: Camera;
  readonly screen: Size;
  readonly palette: Palette;
  readonly metric: SizeMetric;
  readonly focus: string | null;
  readonly dim: number;
}

const LABELS = 110;
const LINK_LABELS = 12;
const LONGEST = 28;
/** Names come before the figures of links, except the names of what is dimmed. */
const LINK_PRIORITY = -5;
const LINE = 1.28;
const MARGIN = 0.25;

type Spot = readonly [x: number, y: number];

interface Wish {
  readonly key: string;
  readonly priority: number;
  readonly text: string;
  readonly second: string;
  readonly size: number;
  readonly weight: 400 | 500 | 600 | 700;
  readonly spacing: number;
  readonly color: Rgb;
  readonly alpha: number;
  readonly plate: boolean;
  readonly spots: (width: number, height: number) => Spot[];
  readonly owner: Bubble | null;
}

export class Labels {
  /** Where each label stood last: it stays there while it can, so that zooming does not flicker. */
  private readonly last = new Map<string, number>();

  constructor(private readonly measureText: Measure) {}

  place(request: LabelRequest): Label[] {
    const { screen } = request;
    const taken = new Occupancy();
    const discs = new Occupancy();
    for (const bubble of request.bubbles) {
      if (bubble.node === null && bubble.wantOpen) continue;
      const [x, y, r] = onScreen(bubble, request.camera);
      if (r >= 4) discs.add({ left: x - r * 0.9, top: y - r * 0.9, right: x + r * 0.9, bottom: y + r * 0.9 }, bubble);
    }
    const wishes = this.wishes(request);
    wishes.sort((one, other) => other.priority - one.priority);
    const labels: Label[] = [];
    const kept = new Map<string, number>();
    for (const wish of wishes) {
      if (labels.length >= LABELS) break;
      const label = this.settle(wish, taken, discs, screen, kept);
      if (label !== null) labels.push(label);
    }
    this.last.clear();
    for (const [key, spot] of kept) this.last.set(key, spot);
    return labels;
  }

  private wishes(request: LabelRequest): Wish[] {
    const found: Wish[] = [];
    for (const bubble of request.bubbles) {
      const wish = bubble.node === null ? groupWish(bubble, request) : nodeWish(bubble, request);
      if (wish !== null) {
        found.push(this.last.has(wish.key) ? { ...wish, priority: wish.priority + 1.5 } : wish);
      }
    }
    const links = request.focus === null ? [] : request.links.filter((link) => link.lit && link.drawn);
    for (const link of links.slice(0, LINK_LABELS)) found.push(linkWish(link, request));
    return found;
  }

  private settle(wish: Wish, taken: Occupancy, discs: Occupancy, screen: Size, kept: Map<string, number>): Label | null {
    const first = this.measureText(wish.text, wish.weight) * wish.size + wish.spacing * wish.text.length;
    const second = wish.second === '' ? 0 : this.measureText(wish.second, 400) * (wish.size - 1);
    const width = Math.max(first, second) + (wish.plate ? 12 : 4);
    const height = wish.size * LINE * (wish.second === '' ? 1 : 2) + (wish.plate ? 6 : 0);
    const spots = wish.spots(width, height);
    const order = spots.map((_, index) => index);
    const before = this.last.get(wish.key);
    if (before !== undefined && before < spots.length) order.unshift(before);
    // A plate on a circle would hide it; a name may rather touch one than be missing.
    for (const strict of wish.plate ? [true] : [true, false]) {
      for (const index of order) {
        const spot = spots[index];
        if (spot === undefined) continue;
        const box = around(spot, width, height);
        if (outside(box, screen) || taken.hits(box)) continue;
        if (strict && discs.hits(box, wish.owner)) continue;
        taken.add(box, null);
        kept.set(wish.key, index);
        const y = wish.second === '' ? spot[1] : spot[1] - (wish.size * LINE) / 2;
        return { ...wish, x: spot[0], y, width };
      }
    }
    return null;
  }
}

function groupWish(bubble: Bubble, { camera, palette, dim }: LabelRequest): Wish | null {
  const [x, y, r] = onScreen(bubble, camera);
  const outer = bubble.depth === 0;
  const hull = bubble.wantOpen;
  if (r < (outer ? 12 : 9)) return null;
  const name = shorten(bubble.label);
  const size = outer ? clamp(r * 0.085, 11, 17) : clamp(r * 0.2, 10.5, 12);
  const text = outer ? `${name.toUpperCase()}  ${bubble.count}` : bubble.count > 1 && bubble.kind !== 'container' ? `${name}  ×${bubble.count}` : name;
  return {
    key: `group ${bubble.id}`,
    priority: (outer ? 60 : 20) + Math.log1p(bubble.count) + alarm(bubble) + (bubble.lit ? 0 : -40),
    text,
    second: '',
    size,
    weight: 600,
    spacing: outer ? 0.7 : 0,
    color: outer ? palette.groupText : mix(palette.text, palette.role[bubble.role], hull ? 0.5 : 0.1),
    alpha: (bubble.lit ? 1 : 0.3 + dim * 0.7) * bubble.shown * bubble.now.alpha,
    plate: false,
    owner: bubble,
    spots: (width, height) => {
      const above: Spot = [x, y - r - height * 0.62];
      const below: Spot = [x, y + r + height * 0.62];
      if (!hull) return [below, above];
      const inset = height * 0.95 + 2;
      const chord = 2 * Math.sqrt(Math.max(0, r * r - (r - inset) * (r - inset)));
      return chord > width * 1.05 && !outer ? [[x, y - r + inset], above, below] : [above, below];
    },
  };
}

function nodeWish(bubble: Bubble, { camera, palette, metric, focus, dim }: LabelRequest): Wish | null {
  const { node } = bubble;
  const [x, y, r] = onScreen(bubble, camera);
  const chosen = bubble.id === focus;
  if (node === null || (r < 5 && !chosen)) return null;
  const inside = r >= INSIDE_PIXELS;
  const size = inside ? clamp(r * 0.2, 11, 15) : clamp(r * 0.42, 10.5, 13);
  const name = mapName(bubble);
  return {
    key: `node ${bubble.id}`,
    priority: Math.min(12, r * 0.25) + alarm(bubble) + (chosen ? 500 : 0) + (bubble.lit ? 10 : -30),
    text: inside ? shorten(name, Math.max(5, Math.floor((r * 1.66) / (size * 0.56)))) : shorten(name),
    second: r >= 15 && (bubble.lit || inside) ? figures(bubble, metric) : '',
    size,
    weight: 500,
    spacing: 0,
    color: palette.text,
    alpha: (bubble.lit ? 1 : 0.18 + dim * 0.82) * bubble.shown * bubble.now.alpha,
    plate: false,
    owner: bubble,
    spots: (width, height) =>
      inside
        ? [[x, y + r * 0.28]]
        : [
            [x, y + r + height / 2 + 3],
            [x + r + width / 2 + 3, y],
            [x - r - width / 2 - 3, y],
            [x, y - r - height / 2 - 3],
          ],
  };
}

/** A name without what the hull around it says already: "shop-cart-1" inside "shop" is "cart-1". */
function mapName(bubble: Bubble): string {
  const { label } = bubble;
  for (let at = bubble.parent; at !== null; at = at.parent) {
    const outer = at.group?.kind === 'project' ? at.label : '';
    const cut = outer.length + 1;
    if (outer !== '' && label.length > cut && label.startsWith(outer) && '-_'.includes(label.charAt(outer.length))) return label.slice(cut);
  }
  return label;
}

function linkWish(link: Link, { camera, palette }: LabelRequest): Wish {
  const at = (t: number): Spot => {
    const [x, y] = along(link.curve, t);
    return [x * camera.k + camera.x, y * camera.k + camera.y];
  };
  return {
    key: `link ${link.id}`,
    priority: LINK_PRIORITY + Math.min(4, link.weight * 0.1),
    text: linkText(link),
    second: '',
    size: 10.5,
    weight: 500,
    spacing: 0,
    color: link.failing > 0.02 ? palette.status.critical : palette.soft,
    alpha: 1,
    plate: true,
    owner: null,
    spots: () => [at(0.5), at(0.42), at(0.58), at(0.34), at(0.66), at(0.25), at(0.75)],
  };
}

/** Port, rate and connections of a link; of many edges their number. */
export function linkText(link: Link): string {
  const ports = new Set(link.edges.map((edge) => `${edge.port === null ? '' : `:${edge.port}`}${edge.protocol === 'udp' ? '/udp' : ''}`));
  const [port] = ports;
  const where = ports.size === 1 && port !== undefined ? port : `${ports.size} ports`;
  const parts = [where, link.rate === null ? 'bytes unknown' : rate(link.rate)];
  if (link.connections > 0) parts.push(`${count(link.connections)} conn`);
  if (link.failing > 0.005) parts.push(`${(link.failing * 100).toFixed(0)} % fail`);
  return parts.filter((part) => part !== '').join(' · ');
}

function figures(bubble: Bubble, metric: SizeMetric): string {
  const { node } = bubble;
  if (node === null) return '';
  if (node.state === 'outside') return '';
  if (node.state !== '' && node.state !== 'running' && node.state !== 'up') return node.state;
  const own = node.facts[OWN_FIGURE];
  if (own !== undefined) return own.slice(0, LONGEST);
  const value = measure(node, metric);
  if (value === null) return node.sublabel.slice(0, LONGEST);
  if (metric === 'memory') return bytes(value);
  if (metric === 'traffic') return rate(value);
  if (metric === 'connections') return `${count(value)} conn`;
  return `${cores(value)} cores`;
}

function alarm(bubble: Bubble): number {
  return bubble.status === 'critical' ? 14 : bubble.status === 'warning' ? 7 : 0;
}

function onScreen(bubble: Bubble, camera: Camera): [x: number, y: number, r: number] {
  return [bubble.now.x * camera.k + camera.x, bubble.now.y * camera.k + camera.y, bubble.drawn * camera.k];
}

/** Long names lose their middle: both ends tell more. */
export function shorten(text: string, longest = LONGEST): string {
  const flat = text.length > 300 ? text.slice(0, 300) : text;
  const letters = Array.from(flat.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD'));
  if (letters.length <= longest) return letters.join('');
  const tail = Math.floor(longest / 3);
  return `${letters.slice(0, longest - tail - 1).join('')}…${letters.slice(-tail).join('')}`;
}

function around([x, y]: Spot, width: number, height: number): Box {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

function outside(box: Box, { width, height }: Size): boolean {
  return (
    box.right < -width * MARGIN || box.left > width * (1 + MARGIN) || box.bottom < -height * MARGIN || box.top > height * (1 + MARGIN)
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
