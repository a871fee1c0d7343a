/** The whole map in small: its outermost circles, and the part of the world that is on the screen. */

import type { Status } from '../model/topology';
import type { Bubble } from './bubble';
import type { Camera, Circle, Insets, Size } from './camera';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface OverviewCircle extends Circle {
  readonly id: string;
  readonly status: Status;
  readonly group: boolean;
}

/** What is seen of the whole, and where in it. */
export interface Sight {
  readonly circles: readonly OverviewCircle[];
  readonly view: Box;
  /** The groups one has zoomed into, outermost first. */
  readonly inside: readonly { readonly id: string; readonly label: string }[];
}

/** One is in a group once half of the screen's smaller side reaches no further than this share of it. */
const CLOSE = 0.8;

/** Outermost circles and the groups right inside them; what is leaving is left out. */
export function overviewOf(roots: Iterable<Bubble>): readonly OverviewCircle[] {
  const found: OverviewCircle[] = [];
  for (const root of roots) {
    if (root.leaving) continue;
    found.push(circle(root));
    for (const child of root.children) if (!child.leaving) found.push(circle(child));
  }
  return found;
}

/** The part of the world that holds all circles; null when there is none. */
export function worldOf(circles: readonly Circle[]): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, r } of circles) {
    left = Math.min(left, x - r);
    top = Math.min(top, y - r);
    right = Math.max(right, x + r);
    bottom = Math.max(bottom, y + r);
  }
  if (left > right) return null;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The world that is on the screen and not under a panel. */
export function viewport({ x, y, k }: Camera, size: Size, insets: Insets): Box {
  return {
    x: (insets.left - x) / k,
    y: (insets.top - y) / k,
    width: Math.max(0, size.width - insets.left - insets.right) / k,
    height: Math.max(0, size.height - insets.top - insets.bottom) / k,
  };
}

/** The open groups, outermost first, that a view lies inside of: where one is after zooming in. */
export function whereabouts(roots: Iterable<Bubble>, view: Box): readonly Bubble[] {
  const [cx, cy] = [view.x + view.width / 2, view.y + view.height / 2];
  const reach = Math.min(view.width, view.height) / 2;
  const inside: Bubble[] = [];
  let level: Iterable<Bubble> = roots;
  for (;;) {
    const next: Bubble | undefined = [...level].find(
      (bubble) => bubble.node === null && !bubble.leaving && bubble.wantOpen && Math.hypot(cx - bubble.to.x, cy - bubble.to.y) <= bubble.to.r && reach <= bubble.to.r * CLOSE,
    );
    if (next === undefined) return inside;
    if (!next.transparent) inside.push(next);
    level = next.children;
  }
}

function circle(bubble: Bubble): OverviewCircle {
  const { x, y, r } = bubble.to;
  return { id: bubble.id, x, y, r, status: bubble.node?.status ?? bubble.status, group: bubble.node === null };
}
