import { expect, it } from 'vitest';
import { decodeDifference, decodeTimeline } from '../../src/api/history';

it('reads what happened', () => {
  const { events, step, truncated } = decodeTimeline({ start: 10, end: 40, step: 15, events: [{ at: 25, node: 'container:1', name: 'web', event: 'die', count: 2 }], truncated: true });
  expect(events).toEqual([{ at: 25_000, node: 'container:1', name: 'web', event: 'die', count: 2 }]);
  expect([step, truncated]).toEqual([15_000, true]);
  expect(decodeTimeline([]).events).toEqual([]);
});

it('reads what differs, with totals for what is not listed', () => {
  const found = decodeDifference({
    since: 1,
    until: 2,
    hosts_unknown: ['host:a'],
    kinds: [{ kind: 'containers', added: [{ id: 'container:1', label: 'web' }], removed: [], changed: [{ id: 'container:2', label: 'db', before: { state: 'running' }, after: { state: 'paused' } }], unknown: [], totals: { added: 3000, removed: 0, changed: 1, unknown: 0 } }],
  });
  expect(found.kinds[0]?.totals.added).toBe(3000);
  expect(found.kinds[0]?.changed[0]).toEqual({ id: 'container:2', label: 'db', before: { state: 'running' }, after: { state: 'paused' } });
  expect(decodeDifference({ kinds: [{ added: 'x', totals: null }] }).kinds[0]?.totals).toEqual({ added: 0, removed: 0, changed: 0, unknown: 0 });
});
