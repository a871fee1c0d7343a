/** What stands in the middle when there is nothing to draw yet, and what to do about it. */

import type { JSX, ReactNode } from 'react';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { useStore } from '../state/store';

export function Emptiness({ app, matched }: { readonly app: App; readonly matched: ReadonlySet<string> | null }): JSX.Element | null {
  const live = useStore(app.state, (state) => state.live);
  const probes = useStore(app.state, (state) => state.overview?.probes ?? null);
  const query = useStore(app.state, (state) => state.query);
  const view = useStore(app.state, (state) => state.view);
  const searching = useStore(app.state, (state) => state.searching);
  const topology = useTopology(app.topology);
  if (live.state === 'refused') {
    return (
      <Card title="This map is not open to everybody">
        <p>{live.reason}</p>
        <button
          type="button"
          className="ps-button ps-primary"
          onClick={() => {
            app.openSignIn(true);
          }}
        >
          Sign in
        </button>
      </Card>
    );
  }
  if (topology === null) {
    return live.reason === '' ? (
      <FirstLoad />
    ) : (
      <Card title="The API does not answer yet">
        <p>{live.reason} The page tries again by itself.</p>
      </Card>
    );
  }
  if (topology.nodes.size === 0) return probes?.length === 0 ? <NoProbe /> : <NothingHere view={view} />;
  if (matched !== null && matched.size === 0 && !searching) {
    return (
      <div className="ps-whisper" role="status">
        Nothing in this view matches “{query.slice(0, 60)}”.{' '}
        <button
          type="button"
          className="ps-link"
          onClick={() => {
            app.search('');
          }}
        >
          Clear the search
        </button>
      </div>
    );
  }
  return null;
}

function FirstLoad(): JSX.Element {
  return (
    <div className="ps-first" role="status" aria-label="Loading the map">
      <svg width="220" height="220" viewBox="0 0 220 220" aria-hidden="true">
        <circle cx="110" cy="110" r="100" className="ps-first-hull" />
        {[
          [76, 84, 26],
          [144, 92, 20],
          [104, 152, 30],
          [158, 146, 14],
        ].map(([x, y, r]) => (
          <circle key={x} cx={x} cy={y} r={r} className="ps-first-disc" />
        ))}
      </svg>
      <p>Looking at the fleet…</p>
    </div>
  );
}

function NoProbe(): JSX.Element {
  return (
    <Card title="No probe reports yet">
      <p>A probe runs on every host that should be on the map. On this host:</p>
      <pre>promscope-exporter --api.url={location.origin} --api.secret-file=tunnel.secret</pre>
      <p>And let Prometheus scrape it:</p>
      <pre>{`scrape_configs:
  - job_name: promscope
    static_configs:
      - targets: ["127.0.0.1:10180"]`}</pre>
      <p className="ps-faint">This page fills by itself as soon as the first probe is there.</p>
    </Card>
  );
}

function NothingHere({ view }: { readonly view: string }): JSX.Element {
  return (
    <Card title={`No ${view} yet`}>
      <p>The probes report, but there is nothing of this kind. Whatever starts appears here at once.</p>
    </Card>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }): JSX.Element {
  return (
    <div className="ps-card-place">
      <section className="ps-card" role="status">
        <h2>{title}</h2>
        {children}
      </section>
    </div>
  );
}
