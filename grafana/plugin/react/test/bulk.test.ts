import { Problem, type NodeDetails, type Offer } from '@promscope/core';
import { beforeEach, expect, it } from 'vitest';
import { Bulk, MOST } from '../src/state/bulk';

const stop = (allowed: boolean, reason = ''): Offer => ({ action: 'stop', label: 'Stop', allowed, reason, confirm: '' });

let acted: string[];
let most: number;
let bulk: Bulk;

beforeEach(() => {
  acted = [];
  most = 0;
  let under = 0;
  bulk = new Bulk({
    details: (id: string) => Promise.resolve({ actions: id === 'none' ? [] : [stop(id !== 'refused', 'it is read-only')] } as unknown as NodeDetails),
    act: async (id: string) => {
      acted.push(id);
      under += 1;
      most = Math.max(most, under);
      await Promise.resolve();
      under -= 1;
      if (id === 'broken') throw new Problem(409, 'Conflict', 'it died meanwhile');
      if (id === 'lost') throw new Problem(0, 'No answer', 'The API did not answer.');
      return id === 'slow' ? 'running' : 'done';
    },
  });
});

const targets = (...ids: string[]): { id: string; label: string }[] => ids.map((id) => ({ id, label: id }));

it('tells of each what became of it, and goes on after one that failed', async () => {
  await bulk.run('stop', 'Stop', targets('good', 'refused', 'none', 'broken', 'lost', 'slow'));
  const { outcomes, running } = bulk.state.get();
  expect(Object.fromEntries(outcomes.map(({ id, state, text }) => [id, `${state} ${text}`.trim()]))).toEqual({
    good: 'done',
    refused: 'refused it is read-only',
    none: 'refused there is no such action for it',
    broken: 'failed it died meanwhile',
    lost: 'failed The API did not answer. Whether it was done is not known.',
    slow: 'done under way',
  });
  expect(running).toBe(false);
  expect(acted.sort()).toEqual(['broken', 'good', 'lost', 'slow']);
});

it('acts on a few at a time, and on no more than it may', async () => {
  await bulk.run('stop', 'Stop', targets(...Array.from({ length: MOST + 20 }, (_, at) => `c${at}`)));
  expect(acted).toHaveLength(MOST);
  expect(most).toBeLessThanOrEqual(3);
});

it('does not begin a second time while it is under way', async () => {
  const first = bulk.run('stop', 'Stop', targets('a'));
  await bulk.run('stop', 'Stop', targets('b'));
  bulk.clear();
  await first;
  expect(acted).toEqual(['a']);
  bulk.clear();
  expect(bulk.state.get().outcomes).toEqual([]);
});
