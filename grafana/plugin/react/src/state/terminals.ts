/** The terminals that are open on the page, each a tab of the dock. */

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
  /** `asking`: the wish can be changed, nothing runs. */
  readonly phase: 'asking' | 'running';
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

export class Terminals {
  readonly state = new Store<TerminalsState>({ tabs: [], active: 0, folded: false, letters: LETTERS.usual });
  private next = 1;

  /** Show the terminal of a container; there is one after this. */
  show(node: string, name: string): void {
    const found = this.state.get().tabs.findLast((tab) => tab.node === node);
    if (found === undefined) this.add(node, name, 'running');
    else this.activate(found.key);
  }

  /** One more of the same container, as it is chosen then. */
  another(key: number): void {
    const like = this.find(key);
    if (like !== undefined) this.add(like.node, like.name, 'asking', like.wish);
  }

  start(key: number, wish: Wish): void {
    this.change(key, { wish, phase: 'running', ending: '' });
  }

  ended(key: number, ending: string): void {
    this.change(key, { phase: 'asking', ending });
  }

  close(key: number): void {
    const { tabs, active } = this.state.get();
    const at = tabs.findIndex((tab) => tab.key === key);
    const left = tabs.filter((tab) => tab.key !== key);
    const beside = left[Math.min(Math.max(at, 0), left.length - 1)];
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
    const wanted = by === 0 ? LETTERS.usual : this.state.get().letters + by;
    this.state.set({ letters: Math.min(LETTERS.most, Math.max(LETTERS.least, wanted)) });
  }

  private find(key: number): Tab | undefined {
    return this.state.get().tabs.find((tab) => tab.key === key);
  }

  private add(node: string, name: string, phase: Tab['phase'], wish = ANY): void {
    const key = this.next++;
    this.state.set({ tabs: [...this.state.get().tabs, { key, node, name, wish, phase, ending: '' }], active: key, folded: false });
  }

  private change(key: number, patch: Partial<Tab>): void {
    this.state.set({ tabs: this.state.get().tabs.map((tab) => (tab.key === key ? { ...tab, ...patch } : tab)) });
  }
}
