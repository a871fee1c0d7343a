/**
 * Keeps one view current: a REST answer for the first paint, then the live socket. After a gap it
 * asks for a full picture; after a loss it comes back by itself. A hidden page is left alone. The
 * past does not change: one answer is all of it.
 */

import type { Lens } from '../api/lens';
import type { TopologyStore } from '../model/store';
import { Backoff } from './backoff';

export type LiveState = 'loading' | 'live' | 'reconnecting' | 'paused' | 'past' | 'refused';

export interface LiveStatus {
  readonly state: LiveState;
  /** Why it is not live, in words for the user; empty when it is. */
  readonly reason: string;
  /** The HTTP status of a refusal. */
  readonly status?: number;
}

export interface Socket {
  send: (text: string) => void;
  close: () => void;
}

export interface SocketHandlers {
  readonly onMessage: (text: string) => void;
  readonly onClose: (reason: string) => void;
}

/** A refusal that trying again does not change: sign-in is needed, the view does not exist. */
export class Refused extends Error {
  constructor(
    message: string,
    /** Of the HTTP answer: 401 and 403 are about who asks, 400 and 404 about what is asked. */
    readonly status: number,
  ) {
    super(message);
  }
}

export interface LiveTransport {
  fetchTopology: (lens: Lens, signal: AbortSignal) => Promise<unknown>;
  openSocket: (lens: Lens, handlers: SocketHandlers) => Socket;
}

export interface Timers {
  set: (action: () => void, ms: number) => unknown;
  clear: (timer: unknown) => void;
}

const BROWSER_TIMERS: Timers = {
  set: (action, ms) => setTimeout(action, ms),
  clear: (timer) => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};

export class LiveTopology {
  private socket: Socket | null = null;
  private timer: unknown = null;
  private abort: AbortController | null = null;
  private stopped = true;
  private resyncing = false;
  private readonly backoff = new Backoff();

  constructor(
    private readonly lens: Lens,
    private readonly store: TopologyStore,
    private readonly transport: LiveTransport,
    private readonly onStatus: (status: LiveStatus) => void,
    private readonly timers: Timers = BROWSER_TIMERS,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.onStatus({ state: this.store.topology === null ? 'loading' : 'reconnecting', reason: '' });
    void this.first();
  }

  /** Let go of the socket; `start` takes it up again. */
  pause(): void {
    this.stop();
    this.onStatus({ state: 'paused', reason: '' });
  }

  stop(): void {
    this.stopped = true;
    this.abort?.abort();
    this.abort = null;
    this.timers.clear(this.timer);
    this.timer = null;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** Try at once instead of waiting for the next attempt. */
  retry(): void {
    this.stop();
    this.backoff.reset();
    this.start();
  }

  private async first(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      const answer = await this.transport.fetchTopology(this.lens, abort.signal);
      if (abort.signal.aborted) return;
      this.store.apply(answer);
      if (this.lens.moment === null) this.connect();
      else this.onStatus({ state: 'past', reason: '' });
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error instanceof Refused) this.onStatus({ state: 'refused', reason: error.message, status: error.status });
      else this.again(error instanceof Error ? error.message : String(error));
    }
  }

  private connect(): void {
    this.resyncing = false;
    const socket = this.transport.openSocket(this.lens, {
      onMessage: (text) => {
        if (this.socket === socket) this.receive(socket, text);
      },
      onClose: (reason) => {
        if (this.socket !== socket) return;
        this.socket = null;
        this.again(reason);
      },
    });
    this.socket = socket;
  }

  private receive(socket: Socket, text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.socket = null;
      socket.close();
      this.again('The server sent something that is not JSON.');
      return;
    }
    const applied = this.store.apply(message);
    if (applied === 'gap') {
      // Deltas that were under way still arrive before the full picture that was asked for.
      if (!this.resyncing) socket.send('{"type":"resync"}');
      this.resyncing = true;
      return;
    }
    if (applied === 'ignored') return;
    this.resyncing = false;
    this.backoff.reset();
    this.onStatus({ state: 'live', reason: '' });
  }

  private again(reason: string): void {
    if (this.stopped) return;
    this.onStatus({ state: this.store.topology === null ? 'loading' : 'reconnecting', reason });
    this.timers.clear(this.timer);
    this.timer = this.timers.set(() => {
      void this.first();
    }, this.backoff.next());
  }
}
