import { expect, it } from 'vitest';
import { clock, rangeFor } from '../src/time/ranges';

const HOUR = 3_600_000;

it('reaches back as far as what is looked at', () => {
  expect(rangeFor('1h', null, 9e12).id).toBe('1h');
  expect(rangeFor('15m', 9e12 - 2 * HOUR, 9e12).id).toBe('6h');
  expect(rangeFor('15m', 0, 9e12).id).toBe('7d');
  expect(rangeFor('__proto__', null, 9e12).id).toBe('1h');
});

it('names the day only where it is another one', () => {
  const noon = new Date(2026, 10, 30, 12, 0, 0).getTime();
  expect(clock(noon, noon)).not.toContain('30');
  expect(clock(noon, noon + 48 * HOUR)).toContain('30');
});
