/** The state of the page that a link carries, and its place in a URL. */

import { LAYOUTS, SIZE_METRICS, type Layout, type Look, type SizeMetric } from '@promscope/core';

export type Theme = 'system' | 'dark' | 'light';
export type Mode = 'map' | 'table';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface LinkState {
  readonly view: string;
  readonly selected: string | null;
  readonly mode: Mode;
  readonly query: string;
  /** What is left of the view, in the language of the search; empty: everything. */
  readonly filter: string;
  /** The filter panel at the left is open. */
  readonly filters: boolean;
  /** When it is looked at, in milliseconds; null: now. */
  readonly moment: number | null;
  /** The earlier moment that `moment` is compared with, in milliseconds; null: nothing is compared. */
  readonly since: number | null;
  /** The strip with the events of the past is open. */
  readonly timeline: boolean;
  /** How many edges far the neighbours of the selected node stay lit. */
  readonly hops: number;
  /** The node that the shortest way from the selected one leads to. */
  readonly goal: string | null;
  /** Where the nodes of the map stand. */
  readonly layout: Layout;
  readonly size: SizeMetric;
  readonly fill: SizeMetric;
  readonly sort: Sort;
  /** Columns of the table that are not shown. */
  readonly hidden: readonly string[];
  /** null: fitted. */
  readonly look: Look | null;
  /** null: as the user chose before, or the system says. */
  readonly theme: Theme | null;
}

export const DEFAULTS: LinkState = {
  view: 'containers',
  selected: null,
  mode: 'map',
  query: '',
  filter: '',
  filters: false,
  moment: null,
  since: null,
  timeline: false,
  hops: 1,
  goal: null,
  layout: 'nested',
  size: 'cpu',
  fill: 'none',
  sort: { column: 'label', descending: false },
  hidden: [],
  look: null,
  theme: null,
};

/** The neighbourhoods that can be chosen. */
export const HOPS = [1, 2, 3];

/** As long as the API takes them. */
export const LONGEST_QUERY = 2000;
const MOST_HIDDEN = 40;

function metric(value: string | null, otherwise: SizeMetric): SizeMetric {
  return SIZE_METRICS.find(({ id }) => id === value)?.id ?? otherwise;
}

function look(value: string | null): Look | null {
  const [x, y, k] = (value ?? '').split(',').map(Number);
  if (x === undefined || y === undefined || k === undefined || !Number.isFinite(x + y + k) || k <= 0) return null;
  return { x, y, k };
}

function moment(value: string | null): number | null {
  const seconds = Number(value ?? Number.NaN);
  return value !== null && value.trim() !== '' && Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : null;
}

export function fromSearch(search: string): LinkState {
  const params = new URLSearchParams(search);
  const sort = params.get('sort') ?? '';
  const theme = params.get('theme');
  const filter = (params.get('filter') ?? '').slice(0, LONGEST_QUERY);
  return {
    view: (params.get('view') ?? DEFAULTS.view).slice(0, 64),
    selected: params.get('node')?.slice(0, 512) ?? null,
    mode: params.get('mode') === 'table' ? 'table' : 'map',
    query: (params.get('q') ?? filter).slice(0, LONGEST_QUERY),
    filter,
    filters: params.get('panel') === 'filters',
    moment: moment(params.get('time')),
    since: moment(params.get('since')),
    timeline: params.get('timeline') === '1',
    hops: HOPS.find((count) => String(count) === params.get('hops')) ?? DEFAULTS.hops,
    goal: params.get('to')?.slice(0, 512) ?? null,
    layout: LAYOUTS.find((layout) => layout === params.get('layout')) ?? DEFAULTS.layout,
    size: metric(params.get('size'), DEFAULTS.size),
    fill: metric(params.get('fill'), DEFAULTS.fill),
    sort: sort === '' ? DEFAULTS.sort : { column: sort.replace(/^-/, '').slice(0, 64), descending: sort.startsWith('-') },
    hidden: (params.get('hide') ?? '').split(',').filter(Boolean).slice(0, MOST_HIDDEN),
    look: look(params.get('at')),
    theme: theme === 'dark' || theme === 'light' ? theme : null,
  };
}

/** The query string of a state, `?` included; what is at its default is left out. */
export function toSearch(state: LinkState): string {
  const params = new URLSearchParams();
  if (state.view !== DEFAULTS.view) params.set('view', state.view);
  if (state.selected !== null) params.set('node', state.selected);
  if (state.mode !== DEFAULTS.mode) params.set('mode', state.mode);
  if (state.query !== '' && state.query !== state.filter) params.set('q', state.query);
  if (state.filter !== '') params.set('filter', state.filter);
  if (state.filters) params.set('panel', 'filters');
  if (state.moment !== null) params.set('time', String(state.moment / 1000));
  if (state.since !== null) params.set('since', String(state.since / 1000));
  if (state.timeline) params.set('timeline', '1');
  if (state.hops !== DEFAULTS.hops) params.set('hops', String(state.hops));
  if (state.goal !== null) params.set('to', state.goal);
  if (state.layout !== DEFAULTS.layout) params.set('layout', state.layout);
  if (state.size !== DEFAULTS.size) params.set('size', state.size);
  if (state.fill !== DEFAULTS.fill) params.set('fill', state.fill);
  if (state.sort.column !== DEFAULTS.sort.column || state.sort.descending !== DEFAULTS.sort.descending) {
    params.set('sort', (state.sort.descending ? '-' : '') + state.sort.column);
  }
  if (state.hidden.length > 0) params.set('hide', state.hidden.join(','));
  if (state.look !== null) {
    const { x, y, k } = state.look;
    params.set('at', `${x.toFixed(1)},${y.toFixed(1)},${k.toPrecision(4)}`);
  }
  if (state.theme === 'dark' || state.theme === 'light') params.set('theme', state.theme);
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}
