/** The lifecycle events up to now, asked for again while they are looked at. */

import type { Timeline } from '@promscope/core';
import { useEffect, useState } from 'react';
import { words, type App } from '../state/app';

const EVERY_MS = 15_000;

export interface TimelineState {
  readonly timeline: Timeline | null;
  readonly problem: string;
}

export function useTimeline(app: App, range: string): TimelineState {
  const [state, setState] = useState<TimelineState>({ timeline: null, problem: '' });
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      try {
        if (!document.hidden) setState({ timeline: await app.client.timeline(range, null, abort.signal), problem: '' });
      } catch (error) {
        if (abort.signal.aborted) return;
        setState((before) => ({ ...before, problem: words(error) }));
      }
      timer = setTimeout(() => void load(), EVERY_MS);
    };
    void load();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [app, range]);
  return state;
}
