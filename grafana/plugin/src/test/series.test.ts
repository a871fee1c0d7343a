import { describe, expect, it, vi } from 'vitest';
import { seriesOf } from '../datasource/series';

vi.mock('@grafana/data', () => ({ FieldType: { string: 'string', number: 'number', time: 'time' } }));

describe('seriesOf', () => {
  it('is a frame for each number, in the unit of Grafana, with holes', () => {
    const [cpu, memory] = seriesOf({ start: 0, end: 30, series: [{ name: 'cpu', label: 'CPU', unit: 'cores', points: [[15, 0.5], [30, null]] }, { name: 'memory', unit: 'bytes', points: [[15, 1024]] }] }, 'A');
    expect(cpu?.name).toBe('CPU');
    expect(cpu?.fields.map(({ values }) => values)).toEqual([[15_000, 30_000], [0.5, null]]);
    expect(memory?.fields[1]?.config).toEqual({ unit: 'bytes', displayName: 'memory' });
  });

  it('is nothing of what is no answer', () => {
    for (const raw of [null, 'x', [], {}]) expect(seriesOf(raw, 'A')).toEqual([]);
  });
});
