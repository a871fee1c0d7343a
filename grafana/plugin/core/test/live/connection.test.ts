import { beforeEach, describe, expect, it } from 'vitest';
import { LiveTopology, Refused, type LiveStatus, type SocketHandlers } from '../../src/live/connection';
import { TopologyStore } from '../../src/model/store';
import { node, raw } from '../topologies';

class Stage {
  readonly store = new TopologyStore();
  readonly states: LiveStatus[] = [];
  readonly sockets: { handlers: SocketHandlers; sent: string[]; closed: boolean }[] = [];
  readonly timers: { action: () => void; ms: number }[] = [];
  answer: () => Promise<unknown> = () => Promise.resolve(raw({ nodes: [node('a')] }));
  readonly live = this.at(null);

  at(moment: number | null): LiveTopology {
    return new LiveTopology(
      { view: 'containers', filter: '', moment },
      this.store,
      {
        fetchTopology: () => this.answer(),
        openSocket: (_view, handlers) => {
          const socket = { handlers, sent: [] as string[], closed: false };
          this.sockets.push(socket);
          return {
            send: (text) => socket.sent.push(text),
            close: () => {
              socket.closed = true;
            },
          };
        },
      },
      (status) => this.states.push(status),
      {
        set: (action, ms) => this.timers.push({ action, ms }),
        clear: () => undefined,
      },
    );
  }

  say(message: object, socket = this.sockets.length - 1): void {
    this.sockets[socket]?.handlers.onMessage(JSON.stringify(message));
  }

  get state(): string | undefined {
    return this.states.at(-1)?.state;
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

describe('LiveTopology of the past', () => {
  it('is one answer: nothing follows it', async () => {
    const stage = new Stage();
    stage.at(1000).start();
    await settle();
    expect(stage.store.topology?.nodes.has('a')).toBe(true);
    expect(stage.state).toBe('past');
    expect(stage.sockets).toHaveLength(0);
  });
});

describe('LiveTopology', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = new Stage();
    stage.live.start();
    await settle();
  });

  it('paints from REST, then is live with the first message of the socket', () => {
    expect(stage.store.topology?.nodes.size).toBe(1);
    expect(stage.state).toBe('loading');
    stage.say({ type: 'full', ...raw({ nodes: [node('a'), node('b')] }) });
    expect(stage.store.topology?.nodes.size).toBe(2);
    expect(stage.state).toBe('live');
  });

  it('asks for a full picture after a gap, once', () => {
    stage.say({ type: 'full', ...raw({ version: 1 }) });
    stage.say({ type: 'delta', base: 3, version: 4 });
    stage.say({ type: 'delta', base: 4, version: 5 });
    expect(stage.sockets[0]?.sent).toEqual(['{"type":"resync"}']);
    stage.say({ type: 'full', ...raw({ version: 6 }) });
    stage.say({ type: 'delta', base: 8, version: 9 });
    expect(stage.sockets[0]?.sent).toHaveLength(2);
  });

  it('comes back after a loss, later and later, and at once when it was live again', async () => {
    stage.say({ type: 'full', ...raw({}) });
    for (let attempt = 0; attempt < 4; attempt += 1) {
      stage.sockets.at(-1)?.handlers.onClose('gone');
      expect(stage.state).toBe('reconnecting');
      stage.timers.at(-1)?.action();
      await settle();
    }
    const waits = stage.timers.map(({ ms }) => ms);
    expect(waits[3]).toBeGreaterThan((waits[0] ?? 0) * 2);
    stage.say({ type: 'full', ...raw({}) });
    stage.sockets.at(-1)?.handlers.onClose('gone');
    expect(stage.timers.at(-1)?.ms).toBeLessThanOrEqual(500);
  });

  it('keeps the last picture while the API is away', async () => {
    stage.answer = () => Promise.reject(new Error('The API cannot be reached.'));
    stage.sockets[0]?.handlers.onClose('');
    stage.timers.at(-1)?.action();
    await settle();
    expect(stage.store.topology?.nodes.size).toBe(1);
    expect(stage.states.at(-1)).toEqual({ state: 'reconnecting', reason: 'The API cannot be reached.' });
  });

  it('does not insist where it is refused', async () => {
    const refused = new Stage();
    refused.answer = () => Promise.reject(new Refused('Sign in to see the map.', 403));
    refused.live.start();
    await settle();
    expect(refused.states.at(-1)).toEqual({ state: 'refused', reason: 'Sign in to see the map.', status: 403 });
    expect(refused.timers).toEqual([]);
  });

  it('hears nothing any more once it is stopped', () => {
    stage.live.pause();
    expect(stage.sockets[0]?.closed).toBe(true);
    stage.say({ type: 'full', ...raw({ nodes: [] }) });
    expect(stage.store.topology?.nodes.size).toBe(1);
    expect(stage.state).toBe('paused');
  });

  it('starts over on what is not JSON', () => {
    stage.sockets[0]?.handlers.onMessage('<html>');
    expect(stage.sockets[0]?.closed).toBe(true);
    expect(stage.state).toBe('reconnecting');
  });
});
