import { describe, expect, it } from 'vitest';
import * as format from '../../src/model/format';

describe('numbers as people read them', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [58 * 1024 ** 2, '58 MiB'],
    [1.5 * 1024 ** 3, '1.50 GiB'],
  ])('%d bytes', (value, text) => {
    expect(format.bytes(value)).toBe(text);
  });

  it.each([
    [999, '999 B/s'],
    [1200, '1.20 kB/s'],
    [2_100_000, '2.10 MB/s'],
  ])('%d bytes per second', (value, text) => {
    expect(format.rate(value)).toBe(text);
  });

  it.each([
    [0, '0'],
    [0.0001, '<0.001'],
    [0.057, '0.057'],
    [1.316, '1.32'],
    [12.34, '12.3'],
  ])('%d cores', (value, text) => {
    expect(format.cores(value)).toBe(text);
  });

  it.each([
    [0.2, '200 ms'],
    [59, '59 s'],
    [61, '1 min'],
    [3700, '1 h 1 min'],
    [90_000, '1 d 1 h'],
  ])('%d seconds', (value, text) => {
    expect(format.duration(value)).toBe(text);
  });

  it('never says 0 for what was not measured', () => {
    for (const write of [format.bytes, format.rate, format.cores, format.count, format.duration, format.share]) {
      expect(write(null)).toBe(format.NOT_MEASURED);
      expect(write(undefined)).toBe(format.NOT_MEASURED);
    }
    expect(format.withUnit(null, 'cores')).toBe(format.NOT_MEASURED);
  });
});
