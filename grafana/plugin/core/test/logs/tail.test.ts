import { expect, it } from 'vitest';
import type { LogLine } from '../../src/logs/frames';
import { EMPTY, extended } from '../../src/logs/tail';

const line = (number: number): LogLine => ({ number, time: '', output: 'stdout', text: String(number) });

it('keeps the last lines and counts the others', () => {
  const tail = extended(extended(EMPTY, [line(1), line(2)], 3), [line(3), line(4)], 3);
  expect(tail.lines.map(({ number }) => number)).toEqual([2, 3, 4]);
  expect(tail.gone).toBe(1);
});
