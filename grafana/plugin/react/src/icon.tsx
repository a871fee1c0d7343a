/** Small signs of the page, drawn as lines in the colour of the text around them. */

import { drawing, type GlyphName } from '@promscope/core';
import type { JSX } from 'react';

const PATHS = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13M15.3 15.3 20 20',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  sun: 'M12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 1 0 0-7.6M12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M5.5 18.5l1.4-1.4M17.1 6.9l1.4-1.4',
  moon: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z',
  system: 'M3.5 5h17v11h-17ZM9 20h6M12 16v4',
  map: 'M12 3.4a8.6 8.6 0 1 0 0 17.2 8.6 8.6 0 1 0 0-17.2M9.2 7.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 1 0 0-5.2M15.6 12.4a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 1 0 0-3.8',
  table: 'M4 5h16v14H4ZM4 10h16M4 14.5h16M10 10v9',
  user: 'M12 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 1 0 0-7.6M4.8 20c.8-3.6 3.6-5.4 7.2-5.4s6.4 1.8 7.2 5.4',
  chevron: 'M9 5.5l6.5 6.5L9 18.5',
  copy: 'M9 9h11v11H9ZM5 15H4V4h11v1',
  filter: 'M4 5.5h16M7 12h10M10.2 18.5h3.6',
  pause: 'M9 5.5v13M15 5.5v13',
  live: 'M5.5 5.2 13 12l-7.5 6.8ZM17.5 5.5v13',
  compare: 'M8.5 4v16M15.5 4v16M4.5 8l-2 2.2 2 2.2M19.5 11.6l2 2.2-2 2.2',
  explore: 'M12 3.4a8.6 8.6 0 1 0 0 17.2 8.6 8.6 0 1 0 0-17.2M15.6 8.4l-2.2 5-5 2.2 2.2-5Z',
  clock: 'M12 3.4a8.6 8.6 0 1 0 0 17.2 8.6 8.6 0 1 0 0-17.2M12 7.5V12l3.2 2',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  locate: 'M12 7a5 5 0 1 0 0 10 5 5 0 1 0 0-10M12 3v4M12 17v4M3 12h4M17 12h4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg className="ps-icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** A sign of the map, the same path as on the canvas. */
export function Glyph({ name, size = 16 }: { readonly name: GlyphName; readonly size?: number }): JSX.Element {
  const { path, line } = drawing(name);
  return (
    <svg className="ps-icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {line === 0 ? (
        <path d={path} fill="currentColor" />
      ) : (
        <path d={path} fill="none" stroke="currentColor" strokeWidth={line} strokeLinecap="round" strokeLinejoin="round" />
      )}
    </svg>
  );
}
