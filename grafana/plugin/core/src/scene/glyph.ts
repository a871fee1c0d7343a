/** The signs of the map as paths on a 24 × 24 field: what a node is, and how it fares. */

import type { Role } from '../model/role';
import type { Status } from '../model/topology';

interface Drawing {
  readonly path: string;
  /** Width of the line; 0: the path is filled. */
  readonly line: number;
}

const DRAWINGS = {
  application: { path: 'M12 3.2 19.8 7.6v8.8L12 20.8 4.2 16.4V7.6ZM4.6 7.8 12 12l7.4-4.2M12 12v8.4', line: 1.7 },
  database: {
    path: 'M5 6.4C5 4.5 8.1 3.2 12 3.2s7 1.3 7 3.2-3.1 3.2-7 3.2-7-1.3-7-3.2v11.2c0 1.9 3.1 3.2 7 3.2s7-1.3 7-3.2V6.4M5 12c0 1.9 3.1 3.2 7 3.2s7-1.3 7-3.2',
    line: 1.7,
  },
  cache: { path: 'M13.2 3 5 13.6h5.8L9.9 21 19 10.2h-6.2Z', line: 1.7 },
  queue: { path: 'M4 6.5h16M4 12h11M4 17.5h16M18.2 9.6 20.6 12l-2.4 2.4', line: 1.8 },
  proxy: { path: 'M3.5 12h5.2l4-5.5H20M8.7 12l4 5.5H20M17.2 3.7 20 6.5l-2.8 2.8M17.2 14.7l2.8 2.8-2.8 2.8', line: 1.7 },
  monitor: { path: 'M3.2 13h3.6l2.6-7.4 4.6 13 2.8-8.2 1.1 2.6h2.9', line: 1.8 },
  host: { path: 'M4 4.6h16v6H4ZM4 13.4h16v6H4ZM7.4 7.6h.1M7.4 16.4h.1M11 7.6h5M11 16.4h5', line: 1.7 },
  process: { path: 'M4 5h16v14H4ZM7.4 9.2l3 2.8-3 2.8M12.4 15h4.2', line: 1.7 },
  external: { path: 'M7.2 18.2a4.4 4.4 0 0 1-.4-8.8 5.6 5.6 0 0 1 10.7 1.2 3.9 3.9 0 0 1-.6 7.6Z', line: 1.7 },
  internet: {
    path: 'M12 3.4a8.6 8.6 0 1 0 0 17.2 8.6 8.6 0 1 0 0-17.2M3.6 12h16.8M12 3.4c-5 5.2-5 12 0 17.2M12 3.4c5 5.2 5 12 0 17.2',
    line: 1.6,
  },
  warning: { path: 'M12 4.5v9.2M12 18.4v.4', line: 3.6 },
  critical: { path: 'M6.4 6.4l11.2 11.2M17.6 6.4 6.4 17.6', line: 3.6 },
  unknown: { path: 'M7.6 8.6c.2-2.7 2-4.2 4.4-4.2 2.6 0 4.4 1.6 4.4 3.9 0 3-4.2 3.2-4.2 6.2M12.2 19v.2', line: 3 },
  healthy: { path: 'M5 12.6l4.6 4.8L19 7', line: 3 },
  paused: { path: 'M8.2 5.4v13.2M15.8 5.4v13.2', line: 4 },
  exited: { path: 'M6.4 6.4h11.2v11.2H6.4Z', line: 0 },
  restarting: { path: 'M18.8 12a6.8 6.8 0 1 1-2.2-5M18.6 3.6v4.2h-4.2', line: 2.8 },
  added: { path: 'M12 4.8v14.4M4.8 12h14.4', line: 3.6 },
  removed: { path: 'M4.8 12h14.4', line: 3.8 },
  changed: { path: 'M4.4 14.2c2.6-5 5-5 7.6-2s5 3 7.6-2', line: 3.2 },
  pin: { path: 'M8.6 4.4h6.8l-.9 6 3.3 3.4H6.2l3.3-3.4ZM12 13.8v6', line: 2.2 },
  arrow: { path: 'M5 5.6 19 12 5 18.4 8.4 12Z', line: 0 },
} as const satisfies Record<string, Drawing>;

export type GlyphName = keyof typeof DRAWINGS;

export const GLYPHS = Object.keys(DRAWINGS) as readonly GlyphName[];

export function drawing(name: GlyphName): Drawing {
  return DRAWINGS[name];
}

export function roleGlyph(role: Role): GlyphName {
  return role;
}

/** The sign at the rim: what runs well needs none. */
export function badge(status: Status, state: string): GlyphName | null {
  if (state === 'paused' || state === 'restarting') return state;
  if (status !== 'healthy' && status !== 'unknown') return status;
  if (state === 'exited' || state === 'dead' || state === 'created' || state === 'removed') return 'exited';
  return status === 'unknown' ? 'unknown' : null;
}

/** Whether a node does nothing at the moment: it is drawn hollow. */
export function idle(state: string): boolean {
  return state === 'exited' || state === 'dead' || state === 'created' || state === 'removed';
}
