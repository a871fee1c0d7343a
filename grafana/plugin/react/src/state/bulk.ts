/** One action on many nodes: what became of each is told for itself. */

import { Problem, type ActionOutcome, type Client } from '@promscope/core';
import { Store } from './store';

export type OutcomeState = 'waiting' | 'running' | 'done' | 'refused' | 'failed';

export interface Outcome {
  readonly id: string;
  readonly label: string;
  readonly state: OutcomeState;
  /** Why not, or that it goes on; empty: it is done, or has not begun. */
  readonly text: string;
}

export interface BulkState {
  /** What is done, in words; empty: nothing was asked for. */
  readonly action: string;
  readonly outcomes: readonly Outcome[];
  readonly running: boolean;
}

export interface Target {
  readonly id: string;
  readonly label: string;
}

/** So many are asked for together: the page tells of them when the last one is through. */
const TOGETHER = 10;
export const MOST = 100;

/** Nothing went wrong; it may not be done to this one. */
const REFUSED: ReadonlySet<string> = new Set(['vetoed', 'denied', 'conflict']);
const NOTHING: BulkState = { action: '', outcomes: [], running: false };

export class Bulk {
  readonly state = new Store<BulkState>(NOTHING);

  constructor(private readonly client: Pick<Client, 'actMany'>) {}

  clear(): void {
    if (!this.state.get().running) this.state.set(NOTHING);
  }

  async run(action: string, label: string, targets: readonly Target[]): Promise<void> {
    if (this.state.get().running) return;
    const all = targets.slice(0, MOST);
    this.state.set({ action: label, running: true, outcomes: all.map(({ id, label: name }) => ({ id, label: name, state: 'waiting', text: '' })) });
    for (let at = 0; at < all.length; at += TOGETHER) await this.some(action, all.slice(at, at + TOGETHER).map(({ id }) => id));
    this.state.set({ running: false });
  }

  private async some(action: string, ids: readonly string[]): Promise<void> {
    const tell = (state: OutcomeState, text: string): void => {
      this.tell(new Map(ids.map((id) => [id, { state, text }])));
    };
    tell('running', '');
    try {
      const done = await this.client.actMany(action, ids);
      tell('failed', 'The API did not say what became of it.');
      this.tell(new Map(done.map((outcome) => [outcome.node, wordsOf(outcome)])));
    } catch (error) {
      const unknown = error instanceof Problem && error.status === 0 ? ' Whether it was done is not known.' : '';
      tell('failed', `${error instanceof Error ? error.message : String(error)}${unknown}`);
    }
  }

  private tell(told: ReadonlyMap<string, Pick<Outcome, 'state' | 'text'>>): void {
    this.state.set({ outcomes: this.state.get().outcomes.map((one) => ({ ...one, ...told.get(one.id) })) });
  }
}

function wordsOf({ status, kind, detail }: ActionOutcome): Pick<Outcome, 'state' | 'text'> {
  if (status === 'failed') return { state: REFUSED.has(kind) ? 'refused' : 'failed', text: detail };
  return { state: 'done', text: status === 'running' ? 'under way' : '' };
}
