import { expect, it } from 'vitest';
import { decodeCompletions, decodeSavedFilters } from '../../src/api/filters';

it('reads saved filters and leaves out what has no id', () => {
  const found = decodeSavedFilters({ items: [{ id: 'x1', name: 'Payments', view: 'containers', query: 'redis', owner: 'ada', created: 2 }, { name: 'no id' }, null] });
  expect(found).toEqual([{ id: 'x1', name: 'Payments', view: 'containers', query: 'redis', owner: 'ada', created: 2000 }]);
  expect(decodeSavedFilters('nonsense')).toEqual([]);
});

it('reads completions', () => {
  expect(decodeCompletions({ start: 7, end: 9, options: [{ text: 'critical', kind: 'value', detail: '' }] }).options[0]?.text).toBe('critical');
  expect(decodeCompletions(null)).toEqual({ start: 0, end: 0, options: [] });
});
