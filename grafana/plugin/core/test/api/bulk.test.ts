import { expect, it } from 'vitest';
import { decodeOutcomes } from '../../src/api/bulk';

it('tells of each node what became of it', () => {
  const items = [
    { node: 'container:a', status: 'done', operation_id: '1', problem: null },
    { node: 'container:b', status: 'running', operation_id: '2', problem: null },
    { node: 'container:c', status: 'failed', operation_id: '', problem: { kind: 'vetoed', title: 'Not possible', detail: 'it is read-only' } },
  ];
  expect(decodeOutcomes({ bulk_id: 'x', items })).toEqual([
    { node: 'container:a', status: 'done', kind: '', detail: '' },
    { node: 'container:b', status: 'running', kind: '', detail: '' },
    { node: 'container:c', status: 'failed', kind: 'vetoed', detail: 'it is read-only' },
  ]);
});

it('takes what it does not know for failed, and nonsense for nothing', () => {
  expect(decodeOutcomes({ items: [{ node: 'a', status: 'perhaps' }] })).toEqual([{ node: 'a', status: 'failed', kind: '', detail: '' }]);
  expect(decodeOutcomes('<html>')).toEqual([]);
});
