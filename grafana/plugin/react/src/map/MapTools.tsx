/** The tools at the corner of the map: zoom, fit, and what size and fill mean. */

import { SIZE_METRICS, type SizeMetric } from '@promscope/core';
import type { JSX, RefObject } from 'react';
import { Icon, type IconName } from '../icon';
import type { App } from '../state/app';
import { useStore } from '../state/store';
import { Focus } from './Focus';
import type { MapHandle } from './MapView';

export function MapTools({ app, map, path }: { readonly app: App; readonly map: RefObject<MapHandle | null>; readonly path: readonly string[] | null }): JSX.Element {
  const size = useStore(app.state, (state) => state.size);
  const fill = useStore(app.state, (state) => state.fill);
  return (
    <div className="ps-tools">
      <div className="ps-tool-group">
        <Tool icon="plus" label="Zoom in (+)" act={() => map.current?.zoom(1.4)} />
        <Tool icon="minus" label="Zoom out (−)" act={() => map.current?.zoom(1 / 1.4)} />
        <Tool icon="fit" label="Fit everything (F)" act={() => map.current?.fit()} />
      </div>
      <div className="ps-tool-group ps-tool-row">
        <Choice
          label="Size"
          value={size}
          onChange={(metric) => {
            app.setMetrics(metric, fill);
          }}
        />
        <Choice
          label="Fill"
          value={fill}
          onChange={(metric) => {
            app.setMetrics(size, metric);
          }}
        />
      </div>
      <Focus app={app} path={path} />
    </div>
  );
}

function Tool({ icon, label, act }: { readonly icon: IconName; readonly label: string; readonly act: () => void }): JSX.Element {
  return (
    <button type="button" className="ps-tool" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={16} />
    </button>
  );
}

function Choice({ label, value, onChange }: { readonly label: string; readonly value: SizeMetric; readonly onChange: (metric: SizeMetric) => void }): JSX.Element {
  return (
    <label className="ps-choice">
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const metric = SIZE_METRICS.find(({ id }) => id === event.target.value);
          if (metric !== undefined) onChange(metric.id);
        }}
      >
        {SIZE_METRICS.map(({ id, label: name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
