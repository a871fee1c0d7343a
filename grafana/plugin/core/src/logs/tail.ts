/** The last lines of a log: what is kept has a limit, so that a page can be left open. */

import type { LogLine } from './frames';

export const MOST_LINES = 5000;

export interface Tail {
  readonly lines: readonly LogLine[];
  /** Lines that were shown once and are let go. */
  readonly gone: number;
}

export const EMPTY: Tail = { lines: [], gone: 0 };

export function extended(tail: Tail, lines: readonly LogLine[], most = MOST_LINES): Tail {
  const all = [...tail.lines, ...lines];
  const over = Math.max(0, all.length - most);
  return { lines: over === 0 ? all : all.slice(over), gone: tail.gone + over };
}
