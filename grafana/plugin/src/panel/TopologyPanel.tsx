/** The map as a panel: whatever graph the query gives, placed by the API or else here. */

import type { PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { Client, DARK, LIGHT, placeFlat, TopologyStore, unplaced, type Offer, type Palette, type Point, type Topology, type TopologyNode } from '@promscope/core';
import { MapView, useReducedMotion } from '@promscope/react';
import { useEffect, useMemo, useState, type JSX } from 'react';
import { proxyOf } from '../proxy';
import { Asking } from './Asking';
import { Card } from './Card';
import { choose, nodeOf } from './choice';
import { sourceOf, topologyOf } from './frames';
import { linksOf } from './links';
import { NodeMenu } from './NodeMenu';
import { DETAILS, type PanelOptions } from './options';
import { judged } from './thresholds';
import { fulfil, mustAsk, type Wish } from './wish';

/** Where the menu of a node stands, in the window. */
interface MenuPlace {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export function TopologyPanel({ data, options, width, height, replaceVariables }: PanelProps<PanelOptions>): JSX.Element {
  const store = useMemo(() => new TopologyStore(), []);
  const [selected, setSelected] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const [outcome, setOutcome] = useState('');
  const theme = useTheme2();
  const palette = useMemo(() => panelPalette(theme.isDark, theme.colors.background.primary), [theme]);
  const reduced = useReducedMotion();
  const { size, warning, critical } = options;
  useEffect(() => {
    const topology = topologyOf(data.series);
    setSaid(show(store, topology === null ? null : judged(topology, { size, warning: warning ?? null, critical: critical ?? null })));
  }, [store, data.series, size, warning, critical]);
  const { variable = '', value = 'name', flows = true } = options;
  const written = variable === '' ? null : replaceVariables(`\${${variable}}`);
  useEffect(() => {
    if (written !== null) setSelected(nodeOf(store.topology, written, { value }));
  }, [store, written, value]);
  const nodeBy = (id: string | null): TopologyNode | undefined => (id === null ? undefined : store.topology?.nodes.get(id));
  const select = (id: string | null): void => {
    setSelected(id);
    setOutcome('');
    choose(nodeBy(id) ?? null, options);
  };
  const openMenu = (id: string, x: number, y: number): void => {
    setMenu({ id, x, y });
  };
  const act = (made: Wish): void => {
    setSelected(made.node.id);
    setOutcome(`${made.offer.label} ${made.node.label}…`);
    void fulfil(made, new Client({ base: proxyOf(made.source) })).then(setOutcome);
  };
  const node = nodeBy(selected);
  const asked = nodeBy(menu?.id ?? null);
  const source = sourceOf(data.series);
  const want = (offer: Offer): void => {
    if (asked === undefined || source === null) return;
    const made = { node: asked, offer, source };
    if (mustAsk(offer)) setWish(made);
    else act(made);
  };
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
        size={size}
        fill={options.fill}
        fontFamily={theme.typography.fontFamily}
        detail={DETAILS[options.detail ?? 'normal']}
        reducedMotion={reduced || !flows}
        cooperative
        onSelect={select}
        onMenu={openMenu}
      />
      {node !== undefined && <Card node={node} links={linksOf(data.series, node.id)} said={outcome} onMenu={(x, y) => { openMenu(node.id, x, y); }} />}
      {menu !== null && asked !== undefined && (
        <NodeMenu key={asked.id} node={asked} links={linksOf(data.series, asked.id)} source={source} x={menu.x} y={menu.y} onAct={want} onClose={() => { setMenu(null); }} />
      )}
      {wish !== null && (
        <Asking
          wish={wish}
          onAnswer={(yes) => {
            setWish(null);
            if (yes) act(wish);
          }}
        />
      )}
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
