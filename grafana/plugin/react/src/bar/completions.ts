/** What the API says may follow at the end of the query. */

import type { Completions } from '@promscope/core';
import { useEffect, useState } from 'react';
import type { App } from '../state/app';

const DELAY_MS = 120;

export function useCompletions(app: App, query: string, wanted: boolean): Completions | null {
  const [found, setFound] = useState<{ readonly query: string; readonly answer: Completions } | null>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      app.client
        .completions(query, query.length, abort.signal)
        .then((answer) => {
          setFound({ query, answer });
        })
        .catch(() => undefined);
    }, DELAY_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [app, query, wanted]);
  return wanted && found?.query === query ? found.answer : null;
}
