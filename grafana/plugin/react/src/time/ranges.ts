/** How far back the strip of time reaches. */

const MINUTE = 60_000;

export interface Range {
  readonly id: string;
  readonly label: string;
  readonly ms: number;
}

const HOUR: Range = { id: '1h', label: '1 hour', ms: 60 * MINUTE };

export const RANGES: readonly Range[] = [
  { id: '15m', label: '15 minutes', ms: 15 * MINUTE },
  HOUR,
  { id: '6h', label: '6 hours', ms: 360 * MINUTE },
  { id: '1d', label: '1 day', ms: 1440 * MINUTE },
  { id: '7d', label: '7 days', ms: 7 * 1440 * MINUTE },
];

/** The chosen range, or the next one that reaches back to a moment. */
export function rangeFor(id: string, oldest: number | null, now: number): Range {
  const chosen = RANGES.find((range) => range.id === id) ?? HOUR;
  if (oldest === null || now - oldest <= chosen.ms) return chosen;
  return RANGES.find(({ ms }) => now - oldest <= ms) ?? RANGES.at(-1) ?? chosen;
}

/** A moment in words: with its day where that is not today. */
export function clock(at: number, now = Date.now()): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return date.toDateString() === new Date(now).toDateString() ? time : `${date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })}, ${time}`;
}
