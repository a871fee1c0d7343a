/** The map as a panel: whatever graph the query gives, placed by the API or else here. */

import type { PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { DARK, LIGHT, placeFlat, TopologyStore, unplaced, type Palette, type Point, type SizeMetric, type Topology } from '@promscope/core';
import { MapView, useReducedMotion } from '@promscope/react';
import { useEffect, useMemo, useState, type JSX } from 'react';
import { topologyOf } from './frames';

export interface PanelOptions {
  readonly size: SizeMetric;
  readonly fill: SizeMetric;
}

export function TopologyPanel({ data, options, width, height }: PanelProps<PanelOptions>): JSX.Element {
  const store = useMemo(() => new TopologyStore(), []);
  const [selected, setSelected] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const theme = useTheme2();
  const palette = useMemo(() => panelPalette(theme.isDark, theme.colors.background.primary), [theme]);
  const reduced = useReducedMotion();
  useEffect(() => {
    setSaid(show(store, topologyOf(data.series)));
  }, [store, data.series]);
  return (
    <div style={{ position: 'relative', width, height, overflow: 'hidden' }}>
      <MapView
        store={store}
        palette={palette}
        label="Topology"
        selected={selected}
        size={options.size}
        fill={options.fill}
        fontFamily={theme.typography.fontFamily}
        reducedMotion={reduced}
        cooperative
        onSelect={setSelected}
      />
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
