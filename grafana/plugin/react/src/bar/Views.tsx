/** The view selector, with how many nodes each view has and how many are unwell. */

import type { JSX } from 'react';
import type { App } from '../state/app';
import { useStore } from '../state/store';

const BEFORE_OVERVIEW = [
  { id: 'hosts', label: 'Hosts' },
  { id: 'containers', label: 'Containers' },
  { id: 'processes', label: 'Processes' },
].map((view) => ({ ...view, nodes: null, unhealthy: 0 }));

export function Views({ app }: { readonly app: App }): JSX.Element {
  const current = useStore(app.state, (state) => state.view);
  const views = useStore(app.state, (state) => state.overview?.views ?? null);
  return (
    <nav className="ps-views" aria-label="Views">
      {(views ?? BEFORE_OVERVIEW).map((view) => (
        <button
          key={view.id}
          type="button"
          className="ps-view"
          aria-current={view.id === current ? 'page' : undefined}
          title={view.unhealthy > 0 ? `${view.unhealthy} unhealthy` : undefined}
          onClick={() => {
            app.selectView(view.id);
          }}
        >
          <span>{view.label}</span>
          <span className="ps-count">{view.nodes ?? ' '}</span>
          {view.unhealthy > 0 && <span className="ps-alarm-dot" aria-label={`${view.unhealthy} unhealthy`} />}
        </button>
      ))}
    </nav>
  );
}
