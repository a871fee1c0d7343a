/** What components follow that is not in the app's own store. */

import type { Topology, TopologyStore } from '@promscope/core';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

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
