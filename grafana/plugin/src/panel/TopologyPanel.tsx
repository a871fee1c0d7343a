/** The map as a panel: whatever graph the query gives, placed by the API or else here. */

import type { PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { DARK, LIGHT, placeFlat, TopologyStore, unplaced, type Palette, type Point, type Topology } from '@promscope/core';
import { MapView, useReducedMotion } from '@promscope/react';
import { useEffect, useMemo, useState, type JSX } from 'react';
import { Card } from './Card';
import { choose, nodeOf } from './choice';
import { topologyOf } from './frames';
import { linksOf } from './links';
import type { PanelOptions } from './options';

export function TopologyPanel({ data, options, width, height, replaceVariables }: PanelProps<PanelOptions>): JSX.Element {
  const store = useMemo(() => new TopologyStore(), []);
  const [selected, setSelected] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const theme = useTheme2();
  const palette = useMemo(() => panelPalette(theme.isDark, theme.colors.background.primary), [theme]);
  const reduced = useReducedMotion();
  useEffect(() => {
    setSaid(show(store, topologyOf(data.series)));
  }, [store, data.series]);
  const { variable = '', value = 'name', flows = true } = options;
  const written = variable === '' ? null : replaceVariables(`\${${variable}}`);
  useEffect(() => {
    if (written !== null) setSelected(nodeOf(store.topology, written, { value }));
  }, [store, written, value]);
  const select = (id: string | null): void => {
    setSelected(id);
    choose(id === null ? null : (store.topology?.nodes.get(id) ?? null), options);
  };
  const node = selected === null ? undefined : store.topology?.nodes.get(selected);
  return (
    <div
      style={{ position: 'relative', width, height, overflow: 'hidden' }}
      onKeyDown={({ key }) => {
        if (key === 'Escape' && selected !== null) select(null);
      }}
    >
      <MapView
        store={store}
        palette={palette}
        label="Topology"
        selected={selected}
        size={options.size}
        fill={options.fill}
        fontFamily={theme.typography.fontFamily}
        reducedMotion={reduced || !flows}
        cooperative
        onSelect={select}
      />
      {node !== undefined && <Card node={node} links={linksOf(data.series, node.id)} />}
      {said !== '' && (
        <div role="status" style={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center', padding: 16, textAlign: 'center', pointerEvents: 'none' }}>
          {said}
        </div>
      )}
    </div>
  );
}

/** Put a topology on the map; what to say when there is nothing to draw. */
function show(store: TopologyStore, topology: Topology | null): string {
  if (topology === null || topology.nodes.size === 0) {
    if (store.topology !== null) store.clear();
    return topology === null ? 'The query gives no graph: a frame with id, or one with source and target, is wanted.' : 'Nothing here yet.';
  }
  try {
    store.put(unplaced(topology) ? placeFlat(topology, places(store.topology)) : topology);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function places(topology: Topology | null): Map<string, Point> {
  const known = new Map<string, Point>();
  for (const node of topology?.nodes.values() ?? []) if (node.position !== null) known.set(node.id, node.position);
  return known;
}

/** Our palette on Grafana's own background. */
function panelPalette(dark: boolean, background: string): Palette {
  const base = dark ? DARK : LIGHT;
  const hex = /^#([0-9a-f]{6})$/i.exec(background)?.[1];
  return hex === undefined ? base : { ...base, background: Number.parseInt(hex, 16) };
}
