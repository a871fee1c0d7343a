import { expect, it } from 'vitest';
import { ladder, readAmount, writeAmount } from '../../src/query/quantity';

it('reads what it writes, on every step of every slider', () => {
  for (const [unit, most] of [['cores', 64], ['bytes', 2 ** 40], ['bytes_per_second', 3e9], ['count', 20_000]] as const) {
    const steps = ladder(unit, most);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBeGreaterThanOrEqual(most);
    expect([...steps].sort((one, other) => one - other)).toEqual(steps);
    for (const step of steps) expect(readAmount(writeAmount(step, unit), unit)).toBeCloseTo(step, 6);
  }
});

it('reads what people write', () => {
  expect(readAmount('500m', 'cores')).toBe(0.5);
  expect(readAmount('1.5gib', 'bytes')).toBe(1.5 * 2 ** 30);
  expect(readAmount('2MB/s', 'bytes_per_second')).toBe(2e6);
  expect(readAmount('40%', 'cores')).toBeNull();
  expect(readAmount('10mb', 'cores')).toBeNull();
  expect(readAmount('-1', 'count')).toBeNull();
});

it('has a slider that ends, whatever the largest is', () => {
  expect(ladder('count', Infinity).length).toBeLessThan(64);
  expect(ladder('count', 0)).toEqual([0, 1]);
});
