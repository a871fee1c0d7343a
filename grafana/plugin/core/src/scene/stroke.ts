/** How links look: width by rate, red by the share that fails, flow where it matters. */

import { mix } from '../theme/palette';
import type { Bubble } from './bubble';
import { pack } from './display';
import type { Link } from './link';
import { toneOf } from './mark';
import type { Brush } from './paint';
import { along, route } from './route';

/** Links that flow: the strongest ones, and those in focus. */
const FLOWS = 28;
const FOCUSED_FLOWS = 60;
const ARROW_FROM_PIXELS = 34;
/** How much stronger a link is drawn under the pointer, and in focus. */
const POINTED = 2.6;
const FOCUSED = 2;
/** From this many links on, each is drawn fainter and thinner, so that circles stay in front. */
const COMFORTABLE = 90;
const FAINTEST = 0.34;

export interface Attention {
  /** A node is in focus: its links stand out, the others are dimmed. */
  readonly focused: boolean;
  readonly hovered: string | null;
  /** Nothing moves. */
  readonly still: boolean;
}

export function composeLinks(brush: Brush, links: readonly Link[], attention: Attention): void {
  const { focused, hovered, still } = attention;
  const crowd = Math.min(1, Math.max(FAINTEST, Math.sqrt(COMFORTABLE / Math.max(1, links.length))));
  let flows = 0;
  const budget = focused ? FOCUSED_FLOWS : FLOWS;
  for (const link of links) {
    const alpha = Math.min(presence(link.source, link.trunk), presence(link.target, link.trunk));
    link.drawn = alpha > 0.02;
    if (!link.drawn) continue;
    const pointed = hovered !== null && link.id === hovered;
    const moves = !still && (link.lit || !focused) && (flows < budget || pointed) && (link.rate ?? 0) > 0;
    if (moves) flows += 1;
    const emphasis = pointed ? POINTED : link.lit ? (focused ? FOCUSED : crowd) : brush.dim * 0.5;
    draw(brush, link, alpha, moves, emphasis, crowd);
  }
}

function draw(brush: Brush, link: Link, alpha: number, moves: boolean, emphasis: number, crowd: number): void {
  const { list, palette, k } = brush;
  route(link, 2.5 / k);
  const { curve } = link;
  const length = Math.hypot(curve[6] - curve[0], curve[7] - curve[1]) * k;
  if (length < 2) return;
  const width = widthOf(link) * (0.4 + 0.6 * crowd);
  const failing = link.failing;
  const { mark } = link;
  const tone = mark !== null ? toneOf(palette, mark) : failing > 0.02 ? mix(palette.edge, palette.status.critical, Math.min(1, 0.35 + failing)) : palette.edge;
  const strength = link.trunk ? 0.6 : 0.8 + Math.min(0.9, (width - 1) * 0.24) + (failing > 0.02 || mark !== null ? 0.6 : 0);
  const opacity = Math.min(0.95, palette.edgeAlpha * strength * emphasis) * alpha;
  const flow = failing > 0.02 ? mix(palette.flow, palette.status.critical, Math.min(1, failing * 1.5)) : palette.flow;
  const speed = moves ? 14 + Math.min(70, Math.log10(1 + (link.rate ?? 0)) * 9) : 0;
  const dashed = mark === 'removed' || (link.rate === null && link.edges.every((edge) => edge.protocol === 'udp'));
  list.curve(curve, width, pack(tone, opacity), speed, link.phase, dashed, pack(flow, Math.min(0.85, palette.flowAlpha * emphasis) * alpha));
  if (length >= ARROW_FROM_PIXELS) {
    const size = (6.5 + width * 2) / k;
    const [dx, dy] = [curve[6] - curve[4], curve[7] - curve[5]];
    const distance = Math.hypot(dx, dy) || 1e-6;
    const back = size * 0.42;
    list.sprite(
      list.arrows,
      curve[6] - (dx / distance) * back,
      curve[7] - (dy / distance) * back,
      size,
      'arrow',
      pack(tone, Math.min(0.95, opacity * 1.7)),
      Math.atan2(dy, dx),
    );
  }
}

/** A link belongs to closed groups and to nodes; only trunks end at the hull of an open group. */
function presence(end: Bubble, trunk: boolean): number {
  const closed = trunk || end.node !== null ? 1 : 1 - end.open;
  return end.shown * closed * end.now.alpha;
}

function widthOf(link: Link): number {
  const bytes = link.rate ?? 0;
  return Math.min(6, 1.1 + Math.max(0, Math.log10(1 + bytes) - 2) * 0.75 + Math.min(0.8, Math.log10(1 + link.connections) * 0.25));
}

/** Distance in world units from a point to a drawn link; samples are close enough for a mouse. */
export function distanceTo(link: Link, x: number, y: number): number {
  let least = Infinity;
  let [px, py] = along(link.curve, 0);
  for (let step = 1; step <= 16; step += 1) {
    const [qx, qy] = along(link.curve, step / 16);
    least = Math.min(least, toSegment(x, y, px, py, qx, qy));
    [px, py] = [qx, qy];
  }
  return least;
}

function toSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - dx * t, y - ay - dy * t);
}
