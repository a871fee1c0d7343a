/** The terminals that are open on the page, each a tab of the dock; a reload of the page keeps them. */

import { Backoff, decode } from '@promscope/core';
import { NO_MEMORY, type Memory } from './memory';
import { Store } from './store';

/** What may be chosen of a shell; an empty text: as the container has it. */
export interface Wish {
  readonly shell: string;
  readonly user: string;
  readonly cwd: string;
}

export interface Tab {
  readonly key: number;
  readonly node: string;
  readonly name: string;
  readonly wish: Wish;
  /** `asking`: the wish can be changed, nothing runs. `lost`: it runs, and is come back to soon. */
  readonly phase: 'asking' | 'running' | 'lost';
  /** What one comes back to its shell with; empty: it is a new one. */
  readonly session: string;
  /** How the last shell ended, in words; empty: there was none, or one runs. */
  readonly ending: string;
}

export interface TerminalsState {
  readonly tabs: readonly Tab[];
  /** The key of the tab that is shown. */
  readonly active: number;
  /** Only the tabs are shown; what runs runs on. */
  readonly folded: boolean;
  /** Height of the letters, in pixels. */
  readonly letters: number;
}

export const ANY: Wish = { shell: '', user: '', cwd: '' };
export const LETTERS = { least: 9, most: 24, usual: 13 };
/** So long a shell runs on when its connection was lost, in seconds. */
export const KEEP_SECONDS = 300;

interface Way {
  readonly backoff: Backoff;
  readonly since: number;
}

export class Terminals {
  readonly state = new Store<TerminalsState>({ tabs: [], active: 0, folded: false, letters: LETTERS.usual });
  private next = 1;
  /** Of the tabs that were lost: when, and how often they are tried. */
  private readonly ways = new Map<number, Way>();

  constructor(private readonly memory: Memory = NO_MEMORY) {
    const { tabs, active, letters } = decode.object(memory.read());
    for (const tab of decode.list(tabs).map(decode.object)) {
      const session = decode.text(tab.session);
      if (session !== '') this.add({ node: decode.text(tab.node), name: decode.text(tab.name), wish: wishOf(tab.wish), phase: 'running', session });
    }
    const shown = this.state.get().tabs[decode.number(active) ?? 0];
    if (shown !== undefined) this.activate(shown.key);
    this.state.set({ letters: legible(decode.number(letters) ?? LETTERS.usual) });
    this.state.subscribe(() => {
      this.remember();
    });
  }

  /** Show the terminal of a container; there is one after this. */
  show(node: string, name: string): void {
    const found = this.state.get().tabs.findLast((tab) => tab.node === node);
    if (found === undefined) this.add({ node, name, wish: ANY, phase: 'running', session: '' });
    else this.activate(found.key);
  }

  /** One more of the same container, as it is chosen then. */
  another(key: number): void {
    const like = this.find(key);
    if (like !== undefined) this.add({ node: like.node, name: like.name, wish: like.wish, phase: 'asking', session: '' });
  }

  start(key: number, wish: Wish): void {
    this.change(key, { wish, phase: 'running', session: '', ending: '' });
  }

  /** The shell stands. */
  opened(key: number, session: string): void {
    this.ways.delete(key);
    this.change(key, { session });
  }

  /** Only its connection was lost: it is come back to, for as long as it is kept. */
  lost(key: number, words: string): void {
    if (this.find(key)?.session === '') {
      this.ended(key, words);
      return;
    }
    const way = this.ways.get(key) ?? { backoff: new Backoff(), since: Date.now() };
    this.ways.set(key, way);
    if (Date.now() - way.since > KEEP_SECONDS * 1000) {
      this.ended(key, words);
      return;
    }
    this.change(key, { phase: 'lost' });
    setTimeout(() => {
      if (this.find(key)?.phase === 'lost') this.change(key, { phase: 'running' });
    }, way.backoff.next());
  }

  ended(key: number, ending: string): void {
    this.ways.delete(key);
    this.change(key, { phase: 'asking', session: '', ending });
  }

  close(key: number): void {
    const { tabs, active } = this.state.get();
    const at = tabs.findIndex((tab) => tab.key === key);
    const left = tabs.filter((tab) => tab.key !== key);
    const beside = left[Math.min(Math.max(at, 0), left.length - 1)];
    this.ways.delete(key);
    this.state.set({ tabs: left, active: active === key ? (beside?.key ?? 0) : active });
  }

  activate(key: number): void {
    this.state.set({ active: key, folded: false });
  }

  fold(folded: boolean): void {
    this.state.set({ folded });
  }

  /** Make the letters so many pixels higher; 0: as high as they usually are. */
  enlarge(by: number): void {
    this.state.set({ letters: by === 0 ? LETTERS.usual : legible(this.state.get().letters + by) });
  }

  private find(key: number): Tab | undefined {
    return this.state.get().tabs.find((tab) => tab.key === key);
  }

  private add(tab: Omit<Tab, 'key' | 'ending'>): void {
    const key = this.next++;
    this.state.set({ tabs: [...this.state.get().tabs, { ...tab, key, ending: '' }], active: key, folded: false });
  }

  private change(key: number, patch: Partial<Tab>): void {
    this.state.set({ tabs: this.state.get().tabs.map((tab) => (tab.key === key ? { ...tab, ...patch } : tab)) });
  }

  private remember(): void {
    const { tabs, active, letters } = this.state.get();
    const kept = tabs.filter(({ session }) => session !== '');
    this.memory.write({
      tabs: kept.map(({ node, name, wish, session }) => ({ node, name, wish, session })),
      active: kept.findIndex(({ key }) => key === active),
      letters,
    });
  }
}

function wishOf(value: unknown): Wish {
  const { shell, user, cwd } = decode.object(value);
  return { shell: decode.text(shell), user: decode.text(user), cwd: decode.text(cwd) };
}

function legible(letters: number): number {
  return Math.min(LETTERS.most, Math.max(LETTERS.least, letters));
}
