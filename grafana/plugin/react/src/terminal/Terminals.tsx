/** Loads the terminals' code when the first one is opened. */

import { lazy, Suspense, type JSX } from 'react';
import type { App } from '../state/app';
import { useStore } from '../state/store';

const Dock = lazy(() => import('./Dock'));

export function Terminals({ app }: { readonly app: App }): JSX.Element | null {
  const any = useStore(app.terminals.state, ({ tabs }) => tabs.length > 0);
  if (!any) return null;
  return (
    <Suspense fallback={null}>
      <Dock app={app} />
    </Suspense>
  );
}
