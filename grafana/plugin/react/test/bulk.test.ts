import { Problem, type ActionOutcome } from '@promscope/core';
import { beforeEach, expect, it } from 'vitest';
import { Bulk, MOST } from '../src/state/bulk';

const WORDS: Readonly<Record<string, Partial<ActionOutcome>>> = {
  vetoed: { status: 'failed', kind: 'vetoed', detail: 'it is read-only' },
  broken: { status: 'failed', kind: 'offline', detail: 'its probe is away' },
  slow: { status: 'running' },
};

let asked: (readonly string[])[];
let bulk: Bulk;

beforeEach(() => {
  asked = [];
  bulk = new Bulk({
    actMany: async (_action, ids) => {
      asked.push(ids);
      await Promise.resolve();
      if (ids.includes('lost')) throw new Problem(0, 'No answer', 'The API did not answer.');
      if (ids.includes('many')) throw new Problem(429, 'Too many', '2 bulk actions are under way.');
      return ids.filter((id) => id !== 'unsaid').map((node) => ({ node, status: 'done', kind: '', detail: '', ...WORDS[node] }));
    },
  });
});

const targets = (...ids: string[]): { id: string; label: string }[] => ids.map((id) => ({ id, label: id }));
const told = (): Record<string, string> => Object.fromEntries(bulk.state.get().outcomes.map(({ id, state, text }) => [id, `${state} ${text}`.trim()]));

it('tells of each what became of it', async () => {
  await bulk.run('stop', 'Stop', targets('good', 'vetoed', 'broken', 'slow', 'unsaid'));
  expect(told()).toEqual({
    good: 'done',
    vetoed: 'refused it is read-only',
    broken: 'failed its probe is away',
    slow: 'done under way',
    unsaid: 'failed The API did not say what became of it.',
  });
  expect(bulk.state.get().running).toBe(false);
});

it('says of all of a lost answer that nobody knows, and of a refused one why', async () => {
  await bulk.run('stop', 'Stop', targets('a', 'lost'));
  expect(told()).toEqual(Object.fromEntries(['a', 'lost'].map((id) => [id, 'failed The API did not answer. Whether it was done is not known.'])));
  await bulk.run('stop', 'Stop', targets('many'));
  expect(told()).toEqual({ many: 'failed 2 bulk actions are under way.' });
});

it('asks for a few together, tells of each batch when it is through, and goes on after a lost one', async () => {
  const before: number[] = [];
  bulk.state.subscribe(() => before.push(bulk.state.get().outcomes.filter(({ state }) => state === 'done').length));
  const ids = Array.from({ length: MOST + 20 }, (_, at) => (at === 15 ? 'lost' : `c${at}`));
  await bulk.run('stop', 'Stop', targets(...ids));
  expect(asked).toHaveLength(MOST / 10);
  expect(asked.flat()).toEqual(ids.slice(0, MOST));
  expect(new Set(before)).toEqual(new Set([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]));
});

it('does not begin a second time while it is under way', async () => {
  const first = bulk.run('stop', 'Stop', targets('a'));
  await bulk.run('stop', 'Stop', targets('b'));
  bulk.clear();
  await first;
  expect(asked.flat()).toEqual(['a']);
  bulk.clear();
  expect(bulk.state.get().outcomes).toEqual([]);
});
