/** Details and sparklines of the selected node, fetched again while they are looked at. */

import { Problem, type Client, type NodeDetails, type Sparklines } from '@promscope/core';
import { Store } from './store';

export interface DetailsState {
  readonly id: string | null;
  readonly details: NodeDetails | null;
  readonly sparklines: Sparklines | null;
  /** Why there are no details; empty: nothing is wrong. */
  readonly problem: string;
}

const DETAILS_MS = 5000;
const SPARKLINES_MS = 15_000;
const RANGE = '15m';
const GONE = 'It is gone: nothing of this name runs any more.';

export class DetailsFeed {
  readonly state = new Store<DetailsState>({ id: null, details: null, sparklines: null, problem: '' });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort: AbortController | null = null;
  private drawnAt = 0;
  private moment: number | null = null;

  constructor(private readonly client: Client) {}

  show(id: string | null): void {
    if (id === this.state.get().id) return;
    this.pause();
    this.drawnAt = 0;
    this.state.set({ id, details: null, sparklines: null, problem: '' });
    this.resume();
  }

  /** Show it as it was at a moment, in milliseconds; null: as it is. */
  at(moment: number | null): void {
    if (moment === this.moment) return;
    this.moment = moment;
    this.pause();
    this.drawnAt = 0;
    this.state.set({ details: null, sparklines: null, problem: '' });
    this.resume();
  }

  refresh(): void {
    this.pause();
    this.resume();
  }

  /** What is shown went: keep what is known of it and ask no more. */
  gone(): void {
    this.pause();
    this.state.set({ problem: GONE });
  }

  pause(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = null;
  }

  resume(): void {
    const { id } = this.state.get();
    if (id !== null && this.abort === null) void this.load(id);
  }

  private async load(id: string): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      const details = await this.client.details(id, this.moment, abort.signal);
      abort.signal.throwIfAborted();
      this.state.set({ details, problem: '' });
      if (Date.now() - this.drawnAt >= SPARKLINES_MS) {
        const sparklines = await this.client.sparklines(id, RANGE, this.moment, abort.signal);
        abort.signal.throwIfAborted();
        this.drawnAt = Date.now();
        this.state.set({ sparklines });
      }
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error instanceof Problem && error.status === 404) {
        this.gone();
        return;
      }
      this.state.set({ problem: error instanceof Error ? error.message : String(error) });
    }
    this.abort = null;
    if (this.moment !== null) return;
    this.timer = setTimeout(() => {
      if (this.state.get().id === id) void this.load(id);
    }, DETAILS_MS);
  }
}
