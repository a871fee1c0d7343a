/** The address of the page and its state, kept equal in both directions. */

import { fromSearch, toSearch, type App, type LinkState } from '@promscope/react';

const SETTLE_MS = 250;

export function readLink(): LinkState {
  return fromSearch(location.search);
}

/**
 * Write the state into the address; a new view or node is a step that "back" undoes. A step is
 * written when its gesture is over, so that two quick ones are two; the rest waits until it settles.
 */
export function followLink(app: App): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = stepOf(app.state.get());
  const renderer = new URLSearchParams(location.search).get('renderer');
  const write = (): void => {
    const state = app.state.get();
    const search = toSearch(state);
    const kept = renderer === null ? search : `${search === '' ? '?' : `${search}&`}renderer=${encodeURIComponent(renderer)}`;
    if (kept === location.search) return;
    const step = stepOf(state);
    const url = location.pathname + kept;
    if (step === written) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    written = step;
  };
  app.state.subscribe(() => {
    clearTimeout(timer);
    if (stepOf(app.state.get()) === written) timer = setTimeout(write, SETTLE_MS);
    else queueMicrotask(write);
  });
  window.addEventListener('popstate', () => {
    clearTimeout(timer);
    const link = readLink();
    written = stepOf(link);
    app.selectView(link.view);
    app.setFilter(link.filter);
    app.setTime(link.moment, link.since);
    app.select(link.selected);
    app.state.set(link);
  });
}

function stepOf({ view, selected, goal, mode, filter, moment, since }: LinkState): string {
  return [view, selected, goal, mode, filter, moment, since].join('\n');
}

/** The id of the saved filter that a link names; it is taken out of the address. */
export function takeSaved(): string | null {
  const parameters = new URLSearchParams(location.search);
  const saved = parameters.get('saved');
  if (saved === null) return null;
  parameters.delete('saved');
  const left = parameters.toString();
  history.replaceState(null, '', `${location.pathname}${left === '' ? '' : `?${left}`}${location.hash}`);
  return saved === '' ? null : saved;
}

/** The one-time code of `#code=…`; it is taken out of the address before anything else sees it. */
export function takeCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return code.trim() === '' ? null : code.trim();
}
