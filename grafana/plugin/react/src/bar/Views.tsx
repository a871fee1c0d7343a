/** The view selector, with how many nodes each view has and how many are unwell. */

import type { JSX } from 'react';
import type { App } from '../state/app';
import { useStore } from '../state/store';

const BEFORE_OVERVIEW = [
  { id: 'hosts', label: 'Hosts' },
  { id: 'containers', label: 'Containers' },
  { id: 'processes', label: 'Processes' },
].map((view) => ({ ...view, nodes: null, unhealthy: 0, groups: '' }));

export function Views({ app }: { readonly app: App }): JSX.Element {
  const current = useStore(app.state, (state) => state.view);
  const views = useStore(app.state, (state) => state.overview?.views ?? null);
  const all = views ?? BEFORE_OVERVIEW;
  const summedUp = all.filter(({ groups }) => groups !== '');
  return (
    <nav className="ps-views" aria-label="Views">
      {all.filter(({ groups }) => groups === '').map((view) => (
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
      {summedUp.length > 0 && (
        <select
          className="ps-button"
          aria-label="Views that sum up"
          value={summedUp.some(({ id }) => id === current) ? current : ''}
          onChange={(event) => {
            app.selectView(event.target.value);
          }}
        >
          <option value="" disabled>
            Group by…
          </option>
          {summedUp.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      )}
    </nav>
  );
}
