/** What stays lit around the selected node: its neighbours so many edges far, or the way to another one. */

import { reach, shortestPath, type Topology } from '@promscope/core';
import { useEffect, useMemo, useRef, type JSX } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { HOPS, type LinkState } from '../state/state';
import { useStore } from '../state/store';

export interface FocusState {
  /** The ids that stay lit; null: the map's own rule for the selected one. */
  readonly within: ReadonlySet<string> | null;
  /** The ids on the way to the goal; null: there is none, or no goal. */
  readonly path: readonly string[] | null;
}

const NOTHING: FocusState = { within: null, path: null };

export function focusOf(topology: Topology | null, { selected, hops, goal }: Pick<LinkState, 'selected' | 'hops' | 'goal'>): FocusState {
  if (topology === null || selected === null || !topology.nodes.has(selected)) return NOTHING;
  if (goal !== null) {
    const path = shortestPath(topology, selected, goal);
    return { path, within: new Set(path ?? [selected, goal]) };
  }
  return hops === 1 ? NOTHING : { path: null, within: reach(topology, selected, hops) };
}

/** The nodes that layers are made of: the way, or the neighbourhood of the selected one; null: all. */
export function layeredOf(topology: Topology | null, state: Pick<LinkState, 'selected' | 'hops' | 'goal'>): ReadonlySet<string> | null {
  const { selected, hops } = state;
  if (topology === null || selected === null || !topology.nodes.has(selected)) return null;
  return focusOf(topology, state).within ?? reach(topology, selected, hops);
}

/** Lays the map out as chosen, layers around what is in focus; a new focus is fitted. */
export function useLayout(app: App, fit: () => void): void {
  const topology = useTopology(app.topology);
  const layout = useStore(app.state, (state) => state.layout);
  const selected = useStore(app.state, (state) => state.selected);
  const hops = useStore(app.state, (state) => state.hops);
  const goal = useStore(app.state, (state) => state.goal);
  const focus = layout === 'layered' ? [selected, hops, goal].join(' ') : '';
  const fitted = useRef(focus);
  useEffect(() => {
    app.arrangement.choose(layout, layout === 'layered' ? layeredOf(topology, { selected, hops, goal }) : null);
    if (fitted.current === focus) return;
    fitted.current = focus;
    if (focus !== '') fit();
  }, [app, topology, layout, selected, hops, goal, focus, fit]);
}

export function useFocus(app: App): FocusState {
  const topology = useTopology(app.topology);
  const selected = useStore(app.state, (state) => state.selected);
  const hops = useStore(app.state, (state) => state.hops);
  const goal = useStore(app.state, (state) => state.goal);
  return useMemo(() => focusOf(topology, { selected, hops, goal }), [topology, selected, hops, goal]);
}

export function Focus({ app, path }: { readonly app: App; readonly path: readonly string[] | null }): JSX.Element | null {
  const selected = useStore(app.state, (state) => state.selected);
  const hops = useStore(app.state, (state) => state.hops);
  const goal = useStore(app.state, (state) => state.goal);
  const picking = useStore(app.state, (state) => state.picking);
  const topology = useTopology(app.topology);
  if (selected === null) return null;
  const label = (id: string): string => topology?.nodes.get(id)?.label ?? id;
  return (
    <div className="ps-tool-group ps-tool-row" role="group" aria-label="Focus">
      {goal === null ? (
        <label className="ps-choice">
          <span>Neighbours</span>
          <select
            value={hops}
            onChange={(event) => {
              app.setHops(Number(event.target.value));
            }}
          >
            {HOPS.map((count) => (
              <option key={count} value={count}>
                {count === 1 ? '1 hop' : `${count} hops`}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <span className="ps-choice ps-way" role="status" title={path?.map(label).join(' — ')}>
          {path === null ? `No way to ${label(goal)}` : `${path.length - 1} ${path.length === 2 ? 'step' : 'steps'} to ${label(goal)}`}
        </span>
      )}
      <button
        type="button"
        className="ps-choice ps-pick"
        aria-pressed={picking}
        onClick={() => {
          if (goal === null) app.pick(!picking);
          else app.setGoal(null);
        }}
      >
        {goal !== null ? <Icon name="close" size={13} /> : null}
        {goal !== null ? 'Forget the way' : picking ? 'Choose the other node…' : 'Way to…'}
      </button>
    </div>
  );
}
