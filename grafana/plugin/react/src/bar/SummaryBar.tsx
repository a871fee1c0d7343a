/** The totals of the fleet along the bottom. */

import { format } from '@promscope/core';
import type { JSX, ReactNode } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { useAge, useTopology } from '../state/hooks';
import { useStore } from '../state/store';

export function SummaryBar({ app }: { readonly app: App }): JSX.Element {
  const overview = useStore(app.state, (state) => state.overview);
  const topology = useTopology(app.topology);
  const age = useAge(topology?.takenAt ?? null);
  const totals = overview?.totals;
  const probes = overview?.probes ?? [];
  const up = probes.filter((probe) => probe.up).length;
  return (
    <footer className="ps-bottom" aria-label="Summary">
      <Figure name="Nodes">{format.count(totals?.nodes)}</Figure>
      <Figure name="Unhealthy" alarm={(totals?.unhealthy ?? 0) > 0}>
        {format.count(totals?.unhealthy)}
      </Figure>
      <Figure name="CPU" share={ratio(totals?.coresUsed, totals?.cores)} detail={totals?.cores == null ? '' : `of ${format.cores(totals.cores)} cores`}>
        {format.cores(totals?.coresUsed)}
      </Figure>
      <Figure name="Memory" share={ratio(totals?.memoryUsed, totals?.memoryTotal)} detail={totals?.memoryTotal == null ? '' : `of ${format.bytes(totals.memoryTotal)}`}>
        {format.bytes(totals?.memoryUsed)}
      </Figure>
      <Figure name="Traffic">{format.rate(totals?.bytesPerSecond)}</Figure>
      <Figure name="Edges">{format.count(totals?.edges)}</Figure>
      <span className="ps-grow" />
      <TimelineSwitch app={app} />
      {probes.length > 0 && (
        <Figure name="Probes" alarm={up < probes.length}>
          {up < probes.length ? `${up} of ${probes.length}` : String(up)}
        </Figure>
      )}
      <Figure name="Scraped">{age === null ? format.NOT_MEASURED : `${format.duration(age)} ago`}</Figure>
    </footer>
  );
}

function TimelineSwitch({ app }: { readonly app: App }): JSX.Element {
  const open = useStore(app.state, (state) => state.timeline);
  return (
    <button
      type="button"
      className="ps-button ps-figure-button"
      aria-label="Timeline"
      aria-expanded={open}
      onClick={() => {
        app.openTimeline(!open);
      }}
    >
      <Icon name="clock" size={14} />
      <span className="ps-wide">Timeline</span>
    </button>
  );
}

interface FigureProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly detail?: string;
  readonly share?: number | null;
  readonly alarm?: boolean;
}

function Figure({ name, children, detail = '', share = null, alarm = false }: FigureProps): JSX.Element {
  return (
    <span className="ps-figure">
      <span className="ps-figure-name">{name}</span>
      <span className={alarm ? 'ps-figure-value ps-alarm' : 'ps-figure-value'}>{children}</span>
      {share !== null && (
        <svg className="ps-gauge" width="44" height="4" aria-hidden="true">
          <rect width="44" height="4" rx="2" className="ps-gauge-track" />
          <rect width={Math.max(2, 44 * share)} height="4" rx="2" className={share > 0.9 ? 'ps-gauge-high' : 'ps-gauge-value'} />
        </svg>
      )}
      {detail !== '' && <span className="ps-faint ps-wide">{detail}</span>}
    </span>
  );
}

function ratio(part: number | null | undefined, whole: number | null | undefined): number | null {
  return part == null || whole == null || whole <= 0 ? null : Math.min(1, part / whole);
}
