/** What stands in the middle when there is nothing to draw yet, and what to do about it. */

import type { LiveStatus } from '@promscope/core';
import type { JSX, ReactNode } from 'react';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { DEFAULTS } from '../state/state';
import { useStore } from '../state/store';

export function Emptiness({ app, matched }: { readonly app: App; readonly matched: ReadonlySet<string> | null }): JSX.Element | null {
  const live = useStore(app.state, (state) => state.live);
  const probes = useStore(app.state, (state) => state.overview?.probes ?? null);
  const query = useStore(app.state, (state) => state.query);
  const view = useStore(app.state, (state) => state.view);
  const searching = useStore(app.state, (state) => state.searching);
  const topology = useTopology(app.topology);
  const filter = useStore(app.state, (state) => state.filter);
  if (live.state === 'refused') return <Refusal app={app} live={live} />;
  if (topology === null) {
    return live.reason === '' ? (
      <FirstLoad />
    ) : (
      <Card title="The API does not answer yet">
        <p>{live.reason} The page tries again by itself.</p>
      </Card>
    );
  }
  if (topology.nodes.size === 0 && filter !== '' && probes?.length !== 0) return <NothingLeft app={app} filter={filter} />;
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

/** Whether who asks is refused, or what is asked: each has its own way on. */
function Refusal({ app, live }: { readonly app: App; readonly live: LiveStatus }): JSX.Element {
  const moment = useStore(app.state, (state) => state.moment);
  if (live.status === 400) {
    return (
      <Card title="The filter is no query">
        <p>{live.reason}</p>
        <ShowEverything app={app} />
      </Card>
    );
  }
  if (live.status === 404) {
    return (
      <Card title={moment === null ? 'There is no such view' : 'Not remembered'}>
        <p>{live.reason}</p>
        <Way
          label={moment === null ? 'Show the containers' : 'Back to now'}
          act={() => {
            if (moment === null) app.selectView(DEFAULTS.view);
            else app.setMoment(null);
          }}
        />
      </Card>
    );
  }
  return (
    <Card title="This map is not open to everybody">
      <p>{live.reason}</p>
      <Way
        label="Sign in"
        act={() => {
          app.openSignIn(true);
        }}
      />
    </Card>
  );
}

function NothingLeft({ app, filter }: { readonly app: App; readonly filter: string }): JSX.Element {
  return (
    <Card title="Nothing matches the filter">
      <p>
        Nothing in this view is <code>{filter.slice(0, 200)}</code>
      </p>
      <ShowEverything app={app} />
    </Card>
  );
}

function ShowEverything({ app }: { readonly app: App }): JSX.Element {
  return (
    <Way
      label="Show everything"
      act={() => {
        app.setFilter('');
      }}
    />
  );
}

function Way({ label, act }: { readonly label: string; readonly act: () => void }): JSX.Element {
  return (
    <button type="button" className="ps-button ps-primary" onClick={act}>
      {label}
    </button>
  );
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
      <pre tabIndex={0}>promscope-exporter --api.url={location.origin} --api.secret-file=tunnel.secret</pre>
      <p>And let Prometheus scrape it:</p>
      <pre tabIndex={0}>{`scrape_configs:
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
