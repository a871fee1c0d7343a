/** What the user did to single nodes: rings around the selected and the picked, a pin at those put somewhere. */

import type { Bubble } from './bubble';
import { pack } from './display';
import { representative } from './level';
import { BADGE_PIXELS, type Brush } from './paint';

/** Where a sign sits on the rim, in radii; status signs are at the upper right. */
const RIM = 0.74;

export function ringPicked({ list, k, palette }: Brush, bubble: Bubble): void {
  const color = pack(palette.accent, 0.9);
  const { now, drawn } = representative(bubble);
  const [x, y] = [now.x - drawn * RIM, now.y - drawn * RIM];
  list.arc(now.x, now.y, drawn + 4.5 / k, 2.4 / k, 0, 1, color);
  list.disc(list.discs, x, y, 7.5 / k, color);
  list.sprite(list.sprites, x, y, 11 / k, 'healthy', pack(palette.onAccent, 1));
}

export function ringSelected({ list, k, palette }: Brush, bubble: Bubble): void {
  const { now, drawn } = representative(bubble);
  list.arc(now.x, now.y, drawn + 5 / k, 2 / k, 0, 1, pack(palette.accent, 0.95));
}

/** At the lower right, once the node is large enough to bear it; a closed group does not say who inside is pinned. */
export function signPinned({ list, k, palette, dim }: Brush, bubble: Bubble): void {
  const { now, drawn, shown, lit } = bubble;
  if (representative(bubble) !== bubble || drawn * k < BADGE_PIXELS) return;
  const alpha = now.alpha * shown * (lit ? 1 : dim);
  const size = Math.min(Math.max(8, drawn * k * 0.14), Math.max(4.2, drawn * k * 0.34)) / k;
  const [x, y] = [now.x + drawn * RIM, now.y + drawn * RIM];
  list.disc(list.discs, x, y, size + 1.6 / k, pack(palette.background, alpha));
  list.disc(list.discs, x, y, size, pack(palette.accent, alpha));
  list.sprite(list.sprites, x, y, size * 1.6, 'pin', pack(palette.onAccent, alpha));
}
