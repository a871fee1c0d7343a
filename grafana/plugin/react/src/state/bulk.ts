/** One action on many nodes, a few at a time: what became of each is told for itself. */

import { Problem, type Client } from '@promscope/core';
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

/** So many are acted on at the same time, and at most in one go. */
const AT_ONCE = 3;
export const MOST = 100;

const NOTHING: BulkState = { action: '', outcomes: [], running: false };

export class Bulk {
  readonly state = new Store<BulkState>(NOTHING);

  constructor(private readonly client: Pick<Client, 'details' | 'act'>) {}

  clear(): void {
    if (!this.state.get().running) this.state.set(NOTHING);
  }

  async run(action: string, label: string, targets: readonly Target[]): Promise<void> {
    if (this.state.get().running) return;
    const left = targets.slice(0, MOST);
    this.state.set({ action: label, running: true, outcomes: left.map(({ id, label: name }) => ({ id, label: name, state: 'waiting', text: '' })) });
    const queue = [...left];
    const work = async (): Promise<void> => {
      for (let target = queue.shift(); target !== undefined; target = queue.shift()) await this.one(action, target.id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.state.set({ running: false });
  }

  private async one(action: string, id: string): Promise<void> {
    this.tell(id, 'running', '');
    try {
      const offer = (await this.client.details(id, null)).actions.find((one) => one.action === action);
      if (offer === undefined) this.tell(id, 'refused', 'there is no such action for it');
      else if (!offer.allowed) this.tell(id, 'refused', offer.reason);
      else this.tell(id, 'done', (await this.client.act(id, action)) === 'done' ? '' : 'under way');
    } catch (error) {
      const unknown = error instanceof Problem && error.status === 0 ? ' Whether it was done is not known.' : '';
      this.tell(id, 'failed', `${error instanceof Error ? error.message : String(error)}${unknown}`);
    }
  }

  private tell(id: string, state: OutcomeState, text: string): void {
    this.state.set({ outcomes: this.state.get().outcomes.map((one) => (one.id === id ? { ...one, state, text } : one)) });
  }
}
