import { Problem } from '@promscope/core';
import { beforeEach, expect, it } from 'vitest';
import { Pins } from '../src/state/pins';

let calls: string[];
let problems: string[];
let kept: Record<string, readonly string[]>;
let refuse: Problem | null;
let pins: Pins;

beforeEach(() => {
  calls = [];
  problems = [];
  kept = { containers: ['container:a'], hosts: [] };
  refuse = null;
  const answer = (call: string): Promise<void> => {
    calls.push(call);
    return refuse === null ? Promise.resolve() : Promise.reject(refuse);
  };
  pins = new Pins(
    {
      pins: (view: string) => (kept[view] === undefined ? Promise.reject(new Problem(404, 'gone', '')) : Promise.resolve(kept[view])),
      pin: (view: string, id: string, x: number, y: number) => answer(`put ${view} ${id} ${x} ${y}`),
      relayout: (view: string) => answer(`anew ${view}`),
      unpin: (view: string, id: string) => answer(`free ${view} ${id}`),
    },
    (what, error) => problems.push(`${what}: ${error instanceof Error ? error.message : ''}`),
  );
});

const nodes = (): string[] => [...pins.state.get().nodes];

it('knows who is pinned in a view, and of one that answers nothing nobody', async () => {
  await pins.show('containers');
  expect(nodes()).toEqual(['container:a']);
  await pins.show('unknown');
  expect(nodes()).toEqual([]);
  expect(problems).toEqual([]);
});

it('puts a node somewhere in the view that is shown', async () => {
  await pins.show('containers');
  pins.place(true);
  expect(await pins.put('container:b', 10, -4)).toBe(true);
  expect(calls).toEqual(['put containers container:b 10 -4']);
  expect(nodes()).toEqual(['container:a', 'container:b']);
  expect(pins.state.get().placing).toBe(false);
});

it('says why it cannot, and keeps what was', async () => {
  await pins.show('containers');
  refuse = new Problem(409, 'too many', 'This view has 2000 pins.');
  expect(await pins.put('container:b', 0, 0)).toBe(false);
  await pins.release(['container:a']);
  expect(nodes()).toEqual(['container:a']);
  expect(problems).toEqual(['It cannot be put there: This view has 2000 pins.', 'It stays pinned: This view has 2000 pins.']);
});

it('lets the layout place them again, one or all', async () => {
  kept = { containers: ['container:a', 'container:b', 'container:c'] };
  await pins.show('containers');
  await pins.release(['container:b']);
  expect(nodes()).toEqual(['container:a', 'container:c']);
  await pins.release(nodes());
  expect(nodes()).toEqual([]);
  expect(calls).toEqual(['free containers container:b', 'free containers container:a', 'free containers container:c']);
});

it('lays the view out anew only when it is asked to', async () => {
  await pins.show('hosts');
  expect(calls).toEqual([]);
  await pins.relayout();
  expect(calls).toEqual(['anew hosts']);
  refuse = new Problem(403, 'denied', 'Sign in to move the map.');
  await pins.relayout();
  expect(problems).toEqual(['The layout stays: Sign in to move the map.']);
});
