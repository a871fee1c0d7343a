/** How one circle looks: hull, donut or disc with ring, sign and badge. */

import { STATUSES } from '../model/topology';
import { mix, type Palette, type Rgb } from '../theme/palette';
import type { Bubble } from './bubble';
import { GLOW, pack, PLAIN, type DisplayList } from './display';
import { badge, idle, roleGlyph, type GlyphName } from './glyph';
import { MARKS, toneOf } from './mark';

export interface Brush {
  readonly list: DisplayList;
  readonly palette: Palette;
  /** Pixels per world unit. */
  readonly k: number;
  /** How far what is not in focus is dimmed: 1 not at all. */
  readonly dim: number;
}

/** Closed groups are drawn smaller than the hull they open into. */
export const CLOSED = 0.78;

/** From this radius on a circle holds its name, with its sign above. */
export const INSIDE_PIXELS = 42;

const SIGN_PIXELS = 8.5;
const RING_PIXELS = 6.5;
/** From this radius on a circle bears signs at its rim. */
export const BADGE_PIXELS = 7;
/** How much wider the ring of what a comparison marks is. */
const MARKED = 1.7;

export function paintHull({ list, palette, dim, k }: Brush, bubble: Bubble): void {
  const { x, y, r } = bubble.now;
  const alpha = bubble.now.alpha * bubble.shown * bubble.open * (bubble.lit ? 1 : 0.35 + 0.65 * dim);
  const inner = bubble.depth > 0;
  const tone = inner ? palette.role[bubble.role] : palette.hull;
  const fill = palette.hullFill * (inner ? 1.5 : 1);
  const line = palette.hullLine * (inner ? 1.5 : 1);
  list.disc(list.hulls, x, y, r, pack(tone, fill * alpha), 1 / k, pack(tone, line * alpha));
}

export function paintDonut(brush: Brush, bubble: Bubble): void {
  const { list, palette, k } = brush;
  const { x, y } = bubble.now;
  const r = bubble.drawn;
  const alpha = opacity(brush, bubble);
  const tone = palette.role[bubble.role];
  const { mark, marked } = bubble;
  if (r * k < 4) {
    const dot = mark !== null ? toneOf(palette, mark) : bubble.status === 'healthy' ? tone : palette.status[bubble.status];
    list.disc(list.discs, x, y, r, pack(dot, alpha));
    return;
  }
  const width = Math.max(2 / k, Math.min(r * 0.17, 7 / k));
  const gap = Math.min(1.5 / k, r * 0.06);
  if (bubble.status === 'critical' && mark === null) glow(brush, x, y, r, alpha);
  list.disc(list.discs, x, y, r - width - gap, pack(mix(palette.background, tone, palette.body), alpha));
  let start = 0;
  const ring = (share: number, color: Rgb): void => {
    const sweep = share / Math.max(1, bubble.count);
    if (sweep > 0) list.arc(x, y, r, width, start, sweep, pack(color, alpha));
    start += sweep;
  };
  if (mark === null) for (const status of STATUSES) ring(bubble.tally[status], palette.status[status]);
  else {
    for (const kind of MARKS) ring(marked[kind], toneOf(palette, kind));
    ring(bubble.count - marked.added - marked.changed - marked.removed, palette.line);
    if (r * k >= BADGE_PIXELS) paintBadge(brush, bubble, mark, toneOf(palette, mark), alpha);
  }
  if (r * k >= SIGN_PIXELS * 1.6) {
    list.sprite(list.sprites, x, y - (r * k > 30 ? r * 0.18 : 0), Math.min(r * 0.8, 22 / k), roleGlyph(bubble.role), pack(tone, alpha));
  }
}

export function paintNode(brush: Brush, bubble: Bubble): void {
  const { list, palette, k } = brush;
  const { node } = bubble;
  if (node === null) return;
  const { x, y } = bubble.now;
  const r = bubble.drawn;
  const alpha = opacity(brush, bubble);
  const resting = idle(node.state);
  const outside = node.state === 'outside';
  const tone = resting ? palette.status.unknown : palette.role[bubble.role];
  const { mark } = bubble;
  const ring = mark !== null ? toneOf(palette, mark) : outside ? tone : palette.status[resting && node.status === 'healthy' ? 'unknown' : node.status];
  if (r * k < 3.2) {
    const dot = node.status === 'healthy' && !resting && mark === null ? tone : ring;
    list.disc(list.discs, x, y, Math.max(r, 1.4 / k), pack(dot, alpha));
    return;
  }
  if (node.status === 'critical' && mark === null) glow(brush, x, y, r, alpha);
  const width = (r * k < RING_PIXELS ? 1.3 / k : Math.max(1.9 / k, Math.min(r * 0.11, 5 / k))) * (mark === null ? 1 : MARKED);
  const gap = r * k < RING_PIXELS ? 0 : Math.min(2 / k, r * 0.09);
  const body = pack(mix(palette.background, tone, resting ? palette.body * 0.35 : palette.body), alpha);
  const liquid = pack(mix(palette.background, tone, palette.name === 'dark' ? 0.62 : 0.42), alpha);
  list.disc(list.discs, x, y, r - width - gap, body, 0, 0, bubble.level ?? PLAIN, liquid);
  if (outside || mark === 'removed') dashes(list, x, y, r, width, pack(ring, alpha * (mark === null ? 0.8 : 1)), k);
  else list.arc(x, y, r, width, 0, 1, pack(ring, alpha * (resting ? 0.6 : 1)));
  if (r * k >= SIGN_PIXELS) {
    const sign = palette.name === 'dark' ? mix(tone, 0xffffff, 0.16) : tone;
    const roomy = r * k >= INSIDE_PIXELS;
    list.sprite(list.sprites, x, roomy ? y - r * 0.26 : y, roomy ? Math.min(r * 0.52, 64 / k) : r * 0.92, roleGlyph(bubble.role), pack(sign, alpha * (resting ? 0.65 : 1)));
  }
  if (r * k < BADGE_PIXELS) return;
  const sign = mark ?? badge(node.status, node.state);
  const status = bubble.status === 'healthy' ? 'unknown' : bubble.status;
  if (sign !== null && (mark !== null || !outside)) paintBadge(brush, bubble, sign, mark === null ? palette.status[status] : ring, alpha);
}

function paintBadge({ list, palette, k }: Brush, bubble: Bubble, sign: GlyphName, tone: Rgb, alpha: number): void {
  const r = bubble.drawn;
  const size = Math.min(Math.max(9, r * k * 0.14), Math.max(4.2, r * k * 0.34)) / k;
  const [x, y] = [bubble.now.x + r * 0.74, bubble.now.y - r * 0.74];
  list.disc(list.discs, x, y, size + 1.6 / k, pack(palette.background, alpha));
  list.disc(list.discs, x, y, size, pack(tone, alpha));
  const ink = palette.name === 'dark' ? palette.background : 0xffffff;
  if (size * k >= 4) list.sprite(list.sprites, x, y, size * 1.5, sign, pack(ink, alpha));
}

/** The ring of what we see only from inside: broken, as its other half is not known. */
function dashes(list: DisplayList, x: number, y: number, r: number, width: number, color: number, k: number): void {
  const parts = Math.max(8, Math.min(28, Math.round((r * k * 6.28) / 9)));
  for (let part = 0; part < parts; part += 1) list.arc(x, y, r, width, part / parts, 0.55 / parts, color);
}

function glow({ list, palette }: Brush, x: number, y: number, r: number, alpha: number): void {
  list.disc(list.discs, x, y, r * 1.75, pack(palette.status.critical, 0.34 * alpha), 0, 0, GLOW);
}

function opacity({ dim }: Brush, bubble: Bubble): number {
  return bubble.now.alpha * bubble.shown * (bubble.lit ? 1 : dim);
}
