/** The nodes of a view that users put somewhere, where they stay for everybody. */

import type { Client } from '@promscope/core';
import { Store } from './store';

export interface PinsState {
  readonly view: string;
  readonly nodes: ReadonlySet<string>;
  /** The next place that is chosen on the map is where the selected node goes. */
  readonly placing: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export class Pins {
  readonly state = new Store<PinsState>({ view: '', nodes: NONE, placing: false });

  constructor(
    private readonly client: Pick<Client, 'pins' | 'pin' | 'unpin' | 'relayout'>,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {}

  /** Ask who is pinned in a view. */
  async show(view: string): Promise<void> {
    const known = this.state.get().view === view;
    this.state.set(known ? { placing: false } : { view, nodes: NONE, placing: false });
    try {
      const nodes = new Set(await this.client.pins(view));
      if (this.state.get().view === view) this.state.set({ nodes });
    } catch {
      // Who may not look at the map is told so elsewhere; the places are right without this list.
    }
  }

  place(placing: boolean): void {
    this.state.set({ placing });
  }

  /** Put a node somewhere in world units; false: it stays where it was. */
  async put(id: string, x: number, y: number): Promise<boolean> {
    const { view } = this.state.get();
    this.state.set({ placing: false });
    try {
      await this.client.pin(view, id, x, y);
    } catch (error) {
      this.onProblem('It cannot be put there', error);
      return false;
    }
    this.keep(view, (nodes) => nodes.add(id));
    return true;
  }

  /** Let the layout place nodes again. */
  async release(ids: Iterable<string>): Promise<void> {
    const { view } = this.state.get();
    for (const id of ids) {
      try {
        await this.client.unpin(view, id);
      } catch (error) {
        this.onProblem('It stays pinned', error);
        return;
      }
      this.keep(view, (nodes) => nodes.delete(id));
    }
  }

  /** Lay the view out anew; pins stay. */
  async relayout(): Promise<void> {
    try {
      await this.client.relayout(this.state.get().view);
    } catch (error) {
      this.onProblem('The layout stays', error);
    }
  }

  private keep(view: string, change: (nodes: Set<string>) => void): void {
    if (this.state.get().view !== view) return;
    const nodes = new Set(this.state.get().nodes);
    change(nodes);
    this.state.set({ nodes });
  }
}
