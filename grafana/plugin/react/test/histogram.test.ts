import type { Timeline, TimelineEvent } from '@promscope/core';
import { expect, it } from 'vitest';
import { barHeight, binAt, binsOf } from '../src/time/histogram';

const event = (at: number, kind: string, count = 1): TimelineEvent => ({ at, node: 'container:1', name: 'web', event: kind, count });
const timeline = (...events: TimelineEvent[]): Timeline => ({ start: 0, end: 1000, step: 10, events, truncated: false });

it('puts what came apart from what went, and says what broke', () => {
  const bins = binsOf(timeline(event(50, 'start'), event(60, 'die', 3), event(950, 'oom'), event(1000, 'create'), event(2000, 'start')), 10);
  expect(bins[0]).toMatchObject({ came: 1, went: 3, broke: false });
  expect(bins[9]).toMatchObject({ came: 1, went: 1, broke: true });
  expect(bins.flatMap(({ events }) => events)).toHaveLength(4);
});

it('has no bin outside its time, nor in no time', () => {
  expect(binAt(-1, 0, 10, 5)).toBe(-1);
  expect(binAt(11, 0, 10, 5)).toBe(-1);
  expect(binAt(0, 0, 0, 5)).toBe(-1);
});

it('keeps one event visible beside thousands', () => {
  expect(barHeight(0, 5000)).toBe(0);
  expect(barHeight(1, 5000)).toBeGreaterThan(0.25);
  expect(barHeight(5000, 5000)).toBe(1);
});
