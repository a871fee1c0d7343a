/** The tools at the corner of the map: zoom, fit, and what size and fill mean. */

import { FLAT_LIMIT, LAYOUTS, SIZE_METRICS, type Layout } from '@promscope/core';
import type { JSX, RefObject } from 'react';
import { Icon, type IconName } from '../icon';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { useStore } from '../state/store';
import { Focus } from './Focus';
import type { MapHandle } from './MapView';
import { Pins } from './Pins';

const LAYOUT_LABELS: Readonly<Record<Layout, string>> = { nested: 'Nested', force: 'Flat', layered: 'Layers' };

export function MapTools({ app, map, path }: { readonly app: App; readonly map: RefObject<MapHandle | null>; readonly path: readonly string[] | null }): JSX.Element {
  const size = useStore(app.state, (state) => state.size);
  const fill = useStore(app.state, (state) => state.fill);
  const layout = useStore(app.state, (state) => state.layout);
  // How many there are decides what can be drawn.
  useTopology(app.topology);
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
          options={SIZE_METRICS}
          onChange={(metric) => {
            app.setMetrics(metric, fill);
          }}
        />
        <Choice
          label="Fill"
          value={fill}
          options={SIZE_METRICS}
          onChange={(metric) => {
            app.setMetrics(size, metric);
          }}
        />
        <Choice
          label="Layout"
          value={app.arrangement.fits(layout) ? layout : 'nested'}
          options={LAYOUTS.map((id) => ({ id, label: LAYOUT_LABELS[id], ...(app.arrangement.fits(id) ? {} : { refused: `at most ${FLAT_LIMIT} nodes: filter first` }) }))}
          onChange={(chosen) => {
            app.setLayout(chosen);
          }}
        />
      </div>
      <Focus app={app} path={path} />
      <Pins app={app} />
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

interface Option<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** Why it cannot be chosen now. */
  readonly refused?: string;
}

interface ChoiceProps<Id extends string> {
  readonly label: string;
  readonly value: Id;
  readonly options: readonly Option<Id>[];
  readonly onChange: (id: Id) => void;
}

function Choice<Id extends string>({ label, value, options, onChange }: ChoiceProps<Id>): JSX.Element {
  return (
    <label className="ps-choice">
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find(({ id }) => id === event.target.value);
          if (chosen !== undefined) onChange(chosen.id);
        }}
      >
        {options.map(({ id, label: name, refused }) => (
          <option key={id} value={id} disabled={refused !== undefined}>
            {refused === undefined ? name : `${name} (${refused})`}
          </option>
        ))}
      </select>
    </label>
  );
}
