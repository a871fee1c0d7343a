/** The events of a timeline as bars: what came above the line, what went below it. */

import type { Timeline, TimelineEvent } from '@promscope/core';

export interface Bin {
  readonly came: number;
  readonly went: number;
  /** Something broke: out of memory, a failed health check. */
  readonly broke: boolean;
  readonly events: readonly TimelineEvent[];
}

const CAME = new Set(['create', 'start', 'unpause', 'restart']);

export function binsOf({ start, end, events }: Timeline, count: number): readonly Bin[] {
  const bins = Array.from({ length: count }, () => ({ came: 0, went: 0, broke: false, events: [] as TimelineEvent[] }));
  for (const event of events) {
    const bin = bins[binAt(event.at, start, end, count)];
    if (bin === undefined) continue;
    bin.events.push(event);
    if (CAME.has(event.event)) bin.came += event.count;
    else bin.went += event.count;
    bin.broke ||= event.event === 'oom' || event.event.includes('unhealthy');
  }
  return bins;
}

/** The bin of a moment; -1 outside. */
export function binAt(at: number, start: number, end: number, count: number): number {
  if (at < start || at > end || end <= start) return -1;
  return Math.min(count - 1, Math.floor(((at - start) / (end - start)) * count));
}

/** Bars of many events stay in the strip, and one event can still be seen. */
export function barHeight(events: number, most: number): number {
  return events === 0 ? 0 : 0.28 + 0.72 * (Math.log1p(events) / Math.log1p(Math.max(1, most)));
}
