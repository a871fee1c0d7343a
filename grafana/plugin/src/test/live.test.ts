import { Refused, type LiveTransport, type SocketHandlers, type Topology } from '@promscope/core';
import { describe, expect, it, vi } from 'vitest';
import { followed } from '../datasource/live';

vi.mock('rxjs', () => ({
  Observable: class {
    constructor(readonly subscribe: (subscriber: unknown) => () => void) {}
  },
}));

const FIRST = { version: 1, nodes: [{ id: 'a' }], edges: [], groups: [] };
const LENS = { view: 'containers', filter: '', moment: null };

function follow(fetchTopology: LiveTransport['fetchTopology']): { seen: Topology[]; failed: unknown[]; say: (message: unknown) => void; closed: () => boolean; leave: () => void } {
  const seen: Topology[] = [];
  const failed: unknown[] = [];
  let handlers: SocketHandlers | null = null;
  let closed = false;
  const openSocket = (_: unknown, given: SocketHandlers): ReturnType<LiveTransport['openSocket']> => {
    handlers = given;
    return { send: () => undefined, close: () => { closed = true; } };
  };
  const source = followed('', LENS, { fetchTopology, openSocket }) as unknown as { subscribe: (subscriber: object) => () => void };
  const leave = source.subscribe({ next: (one: Topology) => seen.push(one), error: (error: unknown) => failed.push(error) });
  return { seen, failed, say: (message) => handlers?.onMessage(JSON.stringify(message)), closed: () => closed, leave };
}

describe('followed', () => {
  it('gives the view and what becomes of it, but not each number', async () => {
    const live = follow(() => Promise.resolve(FIRST));
    await vi.waitFor(() => { expect(live.seen).toHaveLength(1); });
    live.say({ type: 'metrics', base: 1, version: 2, nodes: { a: { cpu: 1 } } });
    live.say({ type: 'delta', base: 2, version: 3, nodes: { upsert: [{ id: 'b' }] } });
    expect(live.seen).toHaveLength(2);
    expect(live.seen[0]?.nodes.size).toBe(1);
    live.leave();
    expect(live.closed()).toBe(true);
  });

  it('fails with the words of what refuses, or cannot be reached', async () => {
    for (const error of [new Refused('no such view', 404), new Error('The API cannot be reached.')]) {
      const live = follow(() => Promise.reject(error));
      await vi.waitFor(() => { expect(live.failed).toHaveLength(1); });
      expect((live.failed[0] as Error).message).toBe(error.message);
      live.leave();
    }
  });
});
