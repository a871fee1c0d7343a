/** What components follow that is not in the app's own store. */

import type { Topology, TopologyStore } from '@promscope/core';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { words } from './app';

/** The topology as of its last message. */
export function useTopology(store: TopologyStore): Topology | null {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  const read = (): Topology | null => store.topology;
  return useSyncExternalStore(subscribe, read, read);
}

/** Whole seconds since a moment, ticking. */
export function useAge(moment: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (moment === null) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 1000);
    setNow(Date.now());
    return () => {
      clearInterval(timer);
    };
  }, [moment]);
  return moment === null ? null : Math.max(0, Math.round((now - moment) / 1000));
}

/** The size of the window, for what cannot be said in CSS: insets of the map. */
export function useWindowSize(): { readonly width: number; readonly height: number } {
  const width = useSyncExternalStore(onResize, () => window.innerWidth);
  const height = useSyncExternalStore(onResize, () => window.innerHeight);
  return { width, height };
}

function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => {
    window.removeEventListener('resize', listener);
  };
}

export interface Answer<T> {
  readonly value: T | null;
  /** Why there is none; empty: it is waited for, or there. */
  readonly problem: string;
}

/** What `ask` answers, asked again when it is another; null: nothing is asked. */
export function useAnswer<T>(ask: ((signal: AbortSignal) => Promise<T>) | null): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, problem: '' });
  useEffect(() => {
    if (ask === null) return undefined;
    const abort = new AbortController();
    setAnswer({ value: null, problem: '' });
    ask(abort.signal)
      .then((value) => {
        if (!abort.signal.aborted) setAnswer({ value, problem: '' });
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setAnswer({ value: null, problem: words(error) });
      });
    return () => {
      abort.abort();
    };
  }, [ask]);
  return answer;
}
