/** The colours of the map and of the page around it, in dark and in light: one table for both. */

import type { Role } from '../model/role';
import type { Status } from '../model/topology';

/** 0xRRGGBB. */
export type Rgb = number;

export interface Palette {
  readonly name: 'dark' | 'light';
  readonly background: Rgb;
  readonly surface: Rgb;
  readonly raised: Rgb;
  readonly line: Rgb;
  readonly text: Rgb;
  readonly soft: Rgb;
  readonly faint: Rgb;
  readonly accent: Rgb;
  readonly onAccent: Rgb;
  readonly groupText: Rgb;
  readonly hull: Rgb;
  readonly hullFill: number;
  readonly hullLine: number;
  readonly edge: Rgb;
  readonly flow: Rgb;
  readonly edgeAlpha: number;
  readonly flowAlpha: number;
  readonly halo: number;
  /** How much of a role's colour is in the body of a disc. */
  readonly body: number;
  readonly status: Readonly<Record<Status, Rgb>>;
  readonly role: Readonly<Record<Role, Rgb>>;
}

export const DARK: Palette = {
  name: 'dark',
  background: 0x0e131d,
  surface: 0x151c29,
  raised: 0x1c2536,
  line: 0x2a364b,
  text: 0xe3eaf6,
  soft: 0xa3b2cb,
  faint: 0x8190aa,
  accent: 0x7aa8ff,
  onAccent: 0x0b1322,
  groupText: 0xa9bfe8,
  hull: 0x7f9cd0,
  hullFill: 0.055,
  hullLine: 0.2,
  edge: 0x7593c8,
  flow: 0xc9e4ff,
  edgeAlpha: 0.34,
  flowAlpha: 0.5,
  halo: 0.9,
  body: 0.27,
  status: { healthy: 0x34c78d, warning: 0xf5b74a, critical: 0xff5f6f, unknown: 0x8e9cb5 },
  role: {
    application: 0x74aaff,
    database: 0xb795f4,
    cache: 0xe8b65c,
    queue: 0x45cdc6,
    proxy: 0x9db0cc,
    monitor: 0xe78fb8,
    host: 0x86a6e4,
    process: 0x7fb2f0,
    external: 0x98a6bd,
    internet: 0x98a6bd,
  },
};

export const LIGHT: Palette = {
  name: 'light',
  background: 0xf4f6fa,
  surface: 0xffffff,
  raised: 0xffffff,
  line: 0xd7deea,
  text: 0x1a2536,
  soft: 0x47566d,
  faint: 0x5e6c83,
  accent: 0x2a63d4,
  onAccent: 0xffffff,
  groupText: 0x3d5788,
  hull: 0x4a6ba8,
  hullFill: 0.05,
  hullLine: 0.24,
  edge: 0x5b7cb4,
  flow: 0x1f5fd6,
  edgeAlpha: 0.42,
  flowAlpha: 0.55,
  halo: 0.92,
  body: 0.13,
  status: { healthy: 0x0d7148, warning: 0x8f5400, critical: 0xc01830, unknown: 0x566378 },
  role: {
    application: 0x2b69d9,
    database: 0x7747d1,
    cache: 0xa06a10,
    queue: 0x07827d,
    proxy: 0x52637c,
    monitor: 0xb23a74,
    host: 0x3a62b5,
    process: 0x2b69c4,
    external: 0x5f6e85,
    internet: 0x5f6e85,
  },
};

export function css(color: Rgb, alpha = 1): string {
  const [r, g, b] = [(color >> 16) & 255, (color >> 8) & 255, color & 255];
  return alpha >= 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${alpha})`;
}

export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  let mixed = 0;
  for (const shift of [16, 8, 0]) {
    const from = (one >> shift) & 255;
    const to = (other >> shift) & 255;
    mixed |= Math.round(from + (to - from) * share) << shift;
  }
  return mixed;
}
