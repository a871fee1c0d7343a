/** What lies under a point of the screen. */

import type { Bubble } from './bubble';
import type { Camera } from './camera';
import type { Link } from './link';
import type { Box } from './overview';
import type { Scene } from './scene';
import { distanceTo } from './stroke';

export type Hit =
  | { readonly type: 'node'; readonly bubble: Bubble }
  | { readonly type: 'group'; readonly bubble: Bubble }
  | { readonly type: 'hull'; readonly bubble: Bubble }
  | { readonly type: 'link'; readonly link: Link };

/** Nodes before links before the hulls of open groups; `slack` pixels are forgiven. */
export function hitTest(scene: Scene, camera: Camera, x: number, y: number, slack: number): Hit | null {
  const wx = (x - camera.x) / camera.k;
  const wy = (y - camera.y) / camera.k;
  let best: Bubble | null = null;
  let least = slack / camera.k;
  let hull: Bubble | null = null;
  for (const bubble of scene.visible) {
    if (bubble.leaving) continue;
    const distance = Math.hypot(wx - bubble.now.x, wy - bubble.now.y) - bubble.drawn;
    if (bubble.node === null && bubble.wantOpen) {
      if (distance <= 0) hull = bubble;
    } else if (distance < least) {
      least = distance;
      best = bubble;
    }
  }
  if (best !== null) return { type: best.node === null ? 'group' : 'node', bubble: best };
  const link = hitLink(scene, wx, wy, (slack + 2) / camera.k);
  if (link !== null) return { type: 'link', link };
  return hull === null ? null : { type: 'hull', bubble: hull };
}

function hitLink(scene: Scene, x: number, y: number, reach: number): Link | null {
  let best: Link | null = null;
  let least = reach;
  for (const link of scene.links) {
    if (!link.drawn) continue;
    const distance = distanceTo(link, x, y);
    if (distance < least) {
      least = distance;
      best = link;
    }
  }
  return best;
}

/** The ids of the nodes whose middle is in a part of the screen; of a closed group all inside of it. */
export function nodesWithin(scene: Scene, camera: Camera, { x, y, width, height }: Box): readonly string[] {
  const found = new Set<string>();
  for (const bubble of scene.visible) {
    if (bubble.leaving || bubble.shown < 0.5 || (bubble.node === null && bubble.wantOpen)) continue;
    const [left, top] = [bubble.now.x * camera.k + camera.x, bubble.now.y * camera.k + camera.y];
    if (left >= x && left <= x + width && top >= y && top <= y + height) gather(bubble, found);
  }
  return [...found];
}

function gather(bubble: Bubble, into: Set<string>): void {
  if (bubble.node !== null) into.add(bubble.id);
  for (const child of bubble.children) gather(child, into);
}

/** The visible node that lies next in a direction: near, and not far off the axis. */
export function neighbour(scene: Scene, from: Bubble, dx: number, dy: number): Bubble | null {
  let best: Bubble | null = null;
  let least = Infinity;
  for (const bubble of scene.visible) {
    if (bubble === from || bubble.leaving || (bubble.node === null && bubble.wantOpen) || bubble.shown < 0.5) continue;
    const [x, y] = [bubble.now.x - from.now.x, bubble.now.y - from.now.y];
    const forward = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (forward <= 0 || aside > forward * 2.2) continue;
    const cost = forward + aside * 2;
    if (cost < least) {
      least = cost;
      best = bubble;
    }
  }
  return best;
}
