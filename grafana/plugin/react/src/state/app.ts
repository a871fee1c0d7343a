/** The page's model: what is shown, what is known, and everything a user can ask it to do. */

import {
  Arrangement,
  LiveTopology,
  Problem,
  TopologyStore,
  type Client,
  type Layout,
  type LiveStatus,
  type Look,
  type Offer,
  type Overview,
  type SavedFilter,
  type SearchAnswer,
  type Session,
  type SignIn,
  type SizeMetric,
} from '@promscope/core';
import { Bulk } from './bulk';
import { Comparison } from './comparison';
import { DetailsFeed } from './details';
import { tabMemory } from './memory';
import { Pins } from './pins';
import { DEFAULTS, type LinkState, type Mode, type Sort, type Theme } from './state';
import { Store } from './store';
import { Terminals } from './terminals';

export interface Notice {
  readonly key: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

/** An action that waits for the user's yes. */
export interface Pending {
  readonly node: string;
  readonly label: string;
  readonly offer: Offer;
  readonly question: string;
}

export interface AppState extends LinkState {
  readonly overview: Overview | null;
  readonly live: LiveStatus;
  readonly session: Session | null;
  readonly search: SearchAnswer | null;
  readonly searching: boolean;
  /** Why the query cannot be answered; empty: it can. */
  readonly searchProblem: string;
  readonly notices: readonly Notice[];
  readonly pending: Pending | null;
  readonly busy: string | null;
  readonly signingIn: boolean;
  readonly dismissed: ReadonlySet<string>;
  /** The next node that is chosen is the goal of the way from the selected one. */
  readonly picking: boolean;
  /** What is picked to be acted on together. */
  readonly picked: ReadonlySet<string>;
  /** The picture stands still because the user wants it to. */
  readonly held: boolean;
}

const LOADING: LiveStatus = { state: 'loading', reason: '' };
const OVERVIEW_MS = 5000;
const SEARCH_DELAY_MS = 140;
const NOTICE_MS = 6000;
const NOTHING: ReadonlySet<string> = new Set();
/** Actions that stop something: they are asked about first. */
export const ASK_BEFORE: ReadonlySet<string> = new Set(['stop', 'restart', 'remove']);

export class App {
  readonly state: Store<AppState>;
  readonly topology = new TopologyStore();
  /** The topology as the map draws it. */
  readonly arrangement = new Arrangement(this.topology);
  readonly details: DetailsFeed;
  readonly comparison: Comparison;
  readonly bulk: Bulk;
  readonly pins: Pins;
  readonly terminals = new Terminals(tabMemory('promscope.terminals'));
  private live: LiveTopology | null = null;
  private overviewTimer: ReturnType<typeof setTimeout> | undefined;
  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private searchAbort: AbortController | null = null;
  private running = false;
  private nextNotice = 1;
  /** Counts what says who is signed in: an answer that something overtook says nothing any more. */
  private sessions = 0;
  private selectedThere: string | null = null;

  constructor(
    readonly client: Client,
    link: Partial<LinkState> = {},
    /** Where a PromQL query is looked into; null: nowhere, it can be copied. */
    readonly explore: ((promql: string) => string) | null = null,
  ) {
    this.state = new Store<AppState>({
      ...DEFAULTS,
      ...link,
      overview: null,
      live: { state: 'loading', reason: '' },
      session: null,
      search: null,
      searching: false,
      searchProblem: '',
      notices: [],
      pending: null,
      busy: null,
      signingIn: false,
      dismissed: new Set(),
      picking: false,
      held: false,
      picked: NOTHING,
    });
    this.arrangement.choose(this.state.get().layout, null);
    this.details = new DetailsFeed(client);
    this.bulk = new Bulk(client);
    this.pins = new Pins(client, (what, error) => {
      this.notify('failed', `${what}: ${words(error)}`);
    });
    this.comparison = new Comparison(client, this.topology, (live) => {
      this.state.set({ live });
    });
    this.topology.subscribe(() => {
      this.noticeRemoval();
    });
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    const { selected, query } = this.state.get();
    this.follow();
    this.details.at(this.state.get().moment);
    this.details.show(selected);
    void this.loadSession();
    void this.loadOverview();
    if (query !== '') void this.runSearch(query);
  }

  /** Let go of everything that costs: for hidden pages. */
  pause(): void {
    this.running = false;
    this.live?.pause();
    this.comparison.stop();
    this.details.pause();
    clearTimeout(this.overviewTimer);
  }

  resume(): void {
    if (this.running) return;
    this.running = true;
    if (this.state.get().since !== null) this.follow();
    else if (!this.state.get().held) this.live?.start();
    this.details.resume();
    void this.loadOverview();
  }

  retry(): void {
    if (this.state.get().since !== null) this.follow();
    else this.live?.retry();
    void this.loadOverview();
  }

  selectView(view: string): void {
    if (view === this.state.get().view) return;
    this.state.set({ view, look: null, selected: null, goal: null, picking: false, picked: NOTHING });
    this.details.show(null);
    this.follow();
  }

  /** Open a node's details; while a goal is picked, take the node for that. */
  select(id: string | null): void {
    const { picking, selected } = this.state.get();
    if (picking && id !== null && id !== selected) {
      this.setGoal(id);
      return;
    }
    this.state.set({ selected: id, picking: false, goal: null });
    this.details.show(id);
  }

  /** Take nodes into what is acted on together; `toggle`: take out again what is in it. */
  pickNodes(ids: readonly string[], toggle: boolean): void {
    const picked = new Set(this.state.get().picked);
    for (const id of ids) {
      if (toggle && picked.has(id)) picked.delete(id);
      else picked.add(id);
    }
    this.state.set({ picked });
  }

  clearPicked(): void {
    this.state.set({ picked: NOTHING });
    this.bulk.clear();
  }

  setHops(hops: number): void {
    this.state.set({ hops });
  }

  pick(picking: boolean): void {
    this.state.set({ picking });
  }

  setGoal(goal: string | null): void {
    this.state.set({ goal, picking: false });
  }

  /** Show a node that may be of another view. */
  reveal(id: string, view: string): void {
    this.selectView(view);
    this.select(id);
  }

  /** Leave of the view only what matches; empty: show everything. It is the search's query too. */
  setFilter(filter: string): void {
    this.search(filter);
    if (filter === this.state.get().filter) return;
    this.state.set({ filter, look: null });
    this.follow();
  }

  /** The filter panel at the left. */
  openFilters(filters: boolean): void {
    this.state.set({ filters });
  }

  /** Go to what somebody saved. */
  openSaved({ view, query }: SavedFilter): void {
    this.selectView(view);
    this.setFilter(query);
  }

  /** Look at a moment of the past, in milliseconds; null: come back to now. */
  setMoment(moment: number | null): void {
    const { since } = this.state.get();
    this.setTime(moment, moment !== null && since !== null && since >= moment ? null : since);
  }

  /** Show what changed since an earlier moment, in milliseconds; null: compare nothing. */
  compareSince(since: number | null): void {
    this.setTime(this.state.get().moment, since);
  }

  setTime(moment: number | null, since: number | null): void {
    const before = this.state.get();
    if (moment === before.moment && since === before.since) return;
    this.state.set({ moment, since, held: false });
    this.details.at(moment);
    this.follow(true);
    if (this.state.get().query !== '') this.search(this.state.get().query);
  }

  /** Go to what somebody saved and gave a link to. */
  async openSavedLink(id: string): Promise<void> {
    try {
      this.openSaved(await this.client.savedFilter(id));
    } catch (error) {
      this.notify('failed', `The saved filter cannot be opened: ${words(error)}`);
    }
  }

  openTimeline(timeline: boolean): void {
    this.state.set({ timeline });
  }

  /** Let the picture stand still, or follow again. */
  hold(held: boolean): void {
    this.state.set({ held });
    if (held) this.live?.pause();
    else if (this.running) this.live?.start();
  }

  setMode(mode: Mode): void {
    this.state.set({ mode });
  }

  setMetrics(size: SizeMetric, fill: SizeMetric): void {
    this.state.set({ size, fill });
  }

  /** Another layout is another picture: it is fitted. */
  setLayout(layout: Layout): void {
    this.state.set({ layout, look: null });
  }

  setSort(sort: Sort): void {
    this.state.set({ sort });
  }

  setHidden(hidden: readonly string[]): void {
    this.state.set({ hidden });
  }

  setLook(look: Look | null): void {
    this.state.set({ look });
  }

  setTheme(theme: Theme): void {
    this.state.set({ theme });
  }

  dismiss(key: string): void {
    this.state.set({ dismissed: new Set([...this.state.get().dismissed, key]) });
  }

  search(query: string): void {
    this.state.set({ query, searching: query.trim() !== '' });
    clearTimeout(this.searchTimer);
    this.searchAbort?.abort();
    if (query.trim() === '') {
      this.state.set({ search: null, searching: false, searchProblem: '' });
      return;
    }
    this.searchTimer = setTimeout(() => void this.runSearch(query), SEARCH_DELAY_MS);
  }

  /** Ask before what stops something; do the rest at once. */
  request(node: string, label: string, offer: Offer): void {
    if (!ASK_BEFORE.has(offer.action) && offer.confirm === '') {
      void this.act(node, label, offer);
      return;
    }
    const question = offer.confirm !== '' ? offer.confirm : `${offer.label} ${label}? What it serves now is interrupted.`;
    this.state.set({ pending: { node, label, offer, question } });
  }

  answer(yes: boolean): void {
    const { pending } = this.state.get();
    this.state.set({ pending: null });
    if (yes && pending !== null) void this.act(pending.node, pending.label, pending.offer);
  }

  openSignIn(open: boolean): void {
    this.state.set({ signingIn: open });
  }

  /** Raises the problem when the code is refused; the dialog shows it. */
  async signIn(by: SignIn): Promise<void> {
    const session = await this.client.signIn(by);
    this.sessions += 1;
    this.state.set({ session, signingIn: false });
    this.notify('done', `Signed in as ${session.user?.name ?? 'operator'}.`);
    this.details.refresh();
    if (this.state.get().live.state === 'refused') this.retry();
  }

  async signOut(): Promise<void> {
    try {
      await this.client.signOut();
    } catch (error) {
      this.notify('failed', words(error));
      return;
    }
    await this.loadSession();
    this.details.refresh();
  }

  notify(kind: Notice['kind'], text: string): void {
    const key = this.nextNotice++;
    this.state.set({ notices: [...this.state.get().notices.slice(-3), { key, kind, text }] });
    setTimeout(() => {
      this.state.set({ notices: this.state.get().notices.filter((notice) => notice.key !== key) });
    }, NOTICE_MS);
  }

  /** The selected node was on this map and is not any more. */
  private noticeRemoval(): void {
    const { selected } = this.state.get();
    const there = selected !== null && (this.topology.topology?.nodes.has(selected) ?? false);
    if (this.selectedThere === selected && !there && selected !== null && this.topology.topology !== null) this.details.gone();
    this.selectedThere = there ? selected : null;
  }

  /** `keep`: what is drawn stays until the answer is there, as when only the time is another. */
  private follow(keep = false): void {
    const { view, filter, moment, since } = this.state.get();
    void this.pins.show(view);
    this.live?.stop();
    this.live = null;
    this.comparison.stop();
    if (!keep) this.topology.clear();
    if (since !== null) {
      if (this.running) this.comparison.start({ view, filter, moment }, since);
      return;
    }
    this.live = new LiveTopology({ view, filter, moment }, this.topology, this.client, (live) => {
      this.state.set({ live: keep && live.state === 'reconnecting' && live.reason === '' ? LOADING : live });
    });
    if (this.running) this.live.start();
  }

  async act(node: string, label: string, offer: Offer, parameters: object = {}): Promise<void> {
    this.state.set({ busy: offer.action });
    try {
      const how = await this.client.act(node, offer.action, parameters);
      this.notify('done', `${offer.label} ${label}: ${how === 'done' ? 'done' : 'under way; the map will show when it is through'}.`);
      if (offer.action === 'remove' && how === 'done' && this.state.get().selected === node) this.details.gone();
      else this.details.refresh();
    } catch (error) {
      const id = error instanceof Problem && error.status === 0 ? ' Whether it was done is not known.' : '';
      this.notify('failed', `${offer.label} ${label}: ${words(error)}${id}`);
      this.details.refresh();
    }
    this.state.set({ busy: null });
  }

  private async loadSession(): Promise<void> {
    this.sessions += 1;
    const asked = this.sessions;
    let session: Session = { user: null, permissions: [], localViewer: false, oidc: false };
    try {
      session = await this.client.session();
    } catch {
      // Who is not known is nobody.
    }
    if (asked === this.sessions) this.state.set({ session });
  }

  private async loadOverview(): Promise<void> {
    clearTimeout(this.overviewTimer);
    try {
      this.state.set({ overview: await this.client.overview() });
    } catch {
      // The live status says that the API is gone; the last overview stays until it is back.
    }
    if (this.running) this.overviewTimer = setTimeout(() => void this.loadOverview(), OVERVIEW_MS);
  }

  private async runSearch(query: string): Promise<void> {
    const abort = new AbortController();
    this.searchAbort = abort;
    try {
      const search = await this.client.search(query.trim(), this.state.get().moment, abort.signal);
      if (!abort.signal.aborted) this.state.set({ search, searching: false, searchProblem: '' });
    } catch (error) {
      if (!abort.signal.aborted) this.state.set({ search: null, searching: false, searchProblem: words(error) });
    }
  }
}

export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
