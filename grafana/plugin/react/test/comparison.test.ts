import { Refused, TopologyStore, type Client, type Lens, type LiveStatus } from '@promscope/core';
import { beforeEach, expect, it, vi } from 'vitest';
import { Comparison } from '../src/state/comparison';

const view = (...ids: string[]): object => ({ view: 'containers', version: 1, nodes: ids.map((id) => ({ id, label: id })), edges: [], groups: [] });
const LENS: Lens = { view: 'containers', filter: 'redis', moment: 9000 };

let asked: Lens[];
let said: LiveStatus[];
let topology: TopologyStore;
let comparison: Comparison;
let answer: (lens: Lens) => Promise<unknown>;

beforeEach(() => {
  asked = [];
  said = [];
  topology = new TopologyStore();
  answer = (lens) => Promise.resolve(lens.moment === 1000 ? view('stays', 'goes') : view('stays', 'comes'));
  const client = {
    fetchTopology: (lens: Lens) => {
      asked.push(lens);
      return answer(lens);
    },
    difference: () => Promise.resolve({ since: 1000, until: 9000, hostsUnknown: [], kinds: [] }),
  };
  comparison = new Comparison(client as unknown as Client, topology, (status) => said.push(status));
});

it('lays both moments over each other, through the same filter', async () => {
  comparison.start(LENS, 1000);
  await vi.waitFor(() => {
    expect(said.at(-1)?.state).toBe('past');
  });
  expect(asked).toEqual([{ ...LENS, moment: 1000 }, LENS]);
  expect([...(topology.topology?.nodes.keys() ?? [])].sort()).toEqual(['comes', 'goes', 'stays']);
  expect(Object.fromEntries(comparison.state.get().marks ?? [])).toEqual({ comes: 'added', goes: 'removed' });
  comparison.stop();
  expect(comparison.state.get().marks).toBeNull();
});

it('says why a moment cannot be had, and does not insist', async () => {
  answer = () => Promise.reject(new Refused('Prometheus does not remember it.', 404));
  comparison.start(LENS, 1000);
  await vi.waitFor(() => {
    expect(said.at(-1)).toEqual({ state: 'refused', reason: 'Prometheus does not remember it.', status: 404 });
  });
});
