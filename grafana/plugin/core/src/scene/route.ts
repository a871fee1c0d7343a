/** The way of a link: a cubic that leaves and enters groups where their trunk would. */

import type { Bubble } from './bubble';
import { sides, type Cubic, type Link } from './link';

const BEND = 0.09;
const BUNDLE = 0.8;

/** Lay `link.curve` from border to border. `gap`: world units kept clear at both ends. */
export function route(link: Link, gap: number): void {
  const { source, target, curve } = link;
  const [a, b] = sides(source, target);
  const [sx, sy, tx, ty] = [source.now.x, source.now.y, target.now.x, target.now.y];
  const length = Math.hypot(tx - sx, ty - sy) || 1e-6;
  // Both directions between two circles bend to their own right, so that they stay apart.
  const [nx, ny] = [(-(ty - sy) / length) * length * BEND, ((tx - sx) / length) * length * BEND];
  let [x1, y1] = [sx + (tx - sx) / 3 + nx, sy + (ty - sy) / 3 + ny];
  let [x2, y2] = [sx + ((tx - sx) * 2) / 3 + nx, sy + ((ty - sy) * 2) / 3 + ny];
  const [ax, ay, bx, by] = [a.now.x, a.now.y, b.now.x, b.now.y];
  const apart = Math.hypot(bx - ax, by - ay) || 1e-6;
  const [ux, uy] = [(bx - ax) / apart, (by - ay) / apart];
  const side = Math.min(a.now.r, b.now.r) * 0.12;
  if (a !== source) {
    x1 += (ax + ux * a.now.r * 1.06 - uy * side - x1) * BUNDLE;
    y1 += (ay + uy * a.now.r * 1.06 + ux * side - y1) * BUNDLE;
  }
  if (b !== target) {
    x2 += (bx - ux * b.now.r * 1.06 - uy * side - x2) * BUNDLE;
    y2 += (by - uy * b.now.r * 1.06 + ux * side - y2) * BUNDLE;
  }
  const [x0, y0] = leave(source, x1, y1, gap);
  const [x3, y3] = leave(target, x2, y2, gap);
  curve[0] = x0;
  curve[1] = y0;
  curve[2] = x1;
  curve[3] = y1;
  curve[4] = x2;
  curve[5] = y2;
  curve[6] = x3;
  curve[7] = y3;
}

function leave(bubble: Bubble, x: number, y: number, gap: number): [number, number] {
  const [dx, dy] = [x - bubble.now.x, y - bubble.now.y];
  const length = Math.hypot(dx, dy) || 1e-6;
  const reach = Math.min(bubble.drawn + gap, length * 0.9);
  return [bubble.now.x + (dx / length) * reach, bubble.now.y + (dy / length) * reach];
}

/** The point of a cubic at t. */
export function along(curve: Cubic, t: number): [x: number, y: number] {
  const s = 1 - t;
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return [
    a * curve[0] + b * curve[2] + c * curve[4] + d * curve[6],
    a * curve[1] + b * curve[3] + c * curve[5] + d * curve[7],
  ];
}
