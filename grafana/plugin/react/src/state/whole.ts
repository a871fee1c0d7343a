/** The view without its filter: what the filter panel counts. */

import { decodeTopology, type TopologyNode } from '@promscope/core';
import { useEffect, useMemo, useState } from 'react';
import type { App } from './app';
import { useTopology } from './hooks';
import { useStore } from './store';

const EVERY_MS = 30_000;
const NOBODY: readonly TopologyNode[] = [];

interface Kept {
  readonly key: string;
  readonly nodes: readonly TopologyNode[];
}

/** All nodes of the view; what is shown itself while there is no filter, else asked for. */
export function useWholeView(app: App): readonly TopologyNode[] {
  const topology = useTopology(app.topology);
  const filter = useStore(app.state, (state) => state.filter);
  const view = useStore(app.state, (state) => state.view);
  const moment = useStore(app.state, (state) => state.moment);
  const [kept, setKept] = useState<Kept | null>(null);
  const key = `${view} ${moment ?? ''}`;
  const filtered = filter !== '';
  useEffect(() => {
    if (!filtered) return undefined;
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      try {
        const answer = await app.client.fetchTopology({ view, filter: '', moment }, abort.signal);
        setKept({ key: `${view} ${moment ?? ''}`, nodes: [...decodeTopology(answer).nodes.values()] });
      } catch {
        // The page says elsewhere that the API is away; the last counts stay.
      }
    };
    void load();
    const timer = setInterval(() => void load(), EVERY_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [app, view, moment, filtered]);
  return useMemo(() => {
    if (!filtered) return topology === null ? NOBODY : [...topology.nodes.values()];
    return kept?.key === key ? kept.nodes : NOBODY;
  }, [topology, filtered, kept, key]);
}
