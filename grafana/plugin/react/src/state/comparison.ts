/** Two moments of a view compared: both are asked for once, laid over each other and marked. */

import { Backoff, decodeTopology, marksOf, Refused, unionOf, type Client, type Difference, type Lens, type LiveStatus, type Marks, type TopologyStore } from '@promscope/core';
import { Store } from './store';

export interface ComparisonState {
  readonly difference: Difference | null;
  readonly marks: Marks | null;
}

export class Comparison {
  readonly state = new Store<ComparisonState>({ difference: null, marks: null });
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly backoff = new Backoff();

  constructor(
    private readonly client: Client,
    private readonly topology: TopologyStore,
    private readonly onStatus: (status: LiveStatus) => void,
  ) {}

  /** `lens` is the later moment, `since` the earlier one in milliseconds. */
  start(lens: Lens, since: number): void {
    this.stop();
    this.backoff.reset();
    this.onStatus({ state: 'loading', reason: '' });
    void this.load(lens, since);
  }

  stop(): void {
    this.abort?.abort();
    this.abort = null;
    clearTimeout(this.timer);
    this.state.set({ difference: null, marks: null });
  }

  private async load(lens: Lens, since: number): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      const [earlier, later, difference] = await Promise.all([
        this.client.fetchTopology({ ...lens, moment: since }, abort.signal),
        this.client.fetchTopology(lens, abort.signal),
        this.client.difference(since, lens.moment, abort.signal),
      ]);
      const [before, after] = [decodeTopology(earlier), decodeTopology(later)];
      this.state.set({ difference, marks: marksOf(before, after, difference) });
      this.topology.put(unionOf(before, after));
      this.onStatus({ state: 'past', reason: '' });
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error instanceof Refused) {
        this.onStatus({ state: 'refused', reason: error.message, status: error.status });
        return;
      }
      this.onStatus({ state: 'loading', reason: error instanceof Error ? error.message : String(error) });
      this.timer = setTimeout(() => void this.load(lens, since), this.backoff.next());
    }
  }
}
