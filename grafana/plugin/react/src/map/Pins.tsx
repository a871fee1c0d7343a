/** Who was put somewhere by hand, and the way back: nothing is laid out anew unless it is asked for. */

import { useState, type JSX } from 'react';
import { Question } from '../dialog/Question';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { useStore } from '../state/store';

const NOBODY: ReadonlySet<string> = new Set();

/** Whether nodes can be put somewhere now: it moves the map of everybody, as it is. */
export function usePinning(app: App): boolean {
  const named = useStore(app.state, (state) => state.session?.user != null);
  const now = useStore(app.state, (state) => state.moment === null && state.since === null);
  const nested = useStore(app.state, (state) => state.layout === 'nested');
  return named && now && nested;
}

/** Who stands where somebody put it, as it is drawn: only the nested circles have the places of the API. */
export function usePinned(app: App): ReadonlySet<string> {
  const nested = useStore(app.state, (state) => state.layout === 'nested');
  const nodes = useStore(app.pins.state, (state) => state.nodes);
  return nested ? nodes : NOBODY;
}

export function Pins({ app }: { readonly app: App }): JSX.Element | null {
  const possible = usePinning(app);
  const { nodes, placing } = useStore(app.pins.state, (state) => state);
  const selected = useStore(app.state, (state) => state.selected);
  const topology = useTopology(app.topology);
  const [asking, setAsking] = useState(false);
  if (!possible) return null;
  const there = selected !== null && topology?.nodes.has(selected) === true;
  return (
    <div className="ps-tool-group ps-tool-row" role="group" aria-label="Places">
      {there && (
        <Act
          label={placing ? 'Choose the place…' : 'Put elsewhere…'}
          pressed={placing}
          act={() => {
            app.pins.place(!placing);
          }}
        />
      )}
      {there && nodes.has(selected) && <Act label="Unpin it" act={() => void app.pins.release([selected])} />}
      {nodes.size > 0 && <Act label={`Unpin all ${nodes.size}`} act={() => void app.pins.release(nodes)} />}
      <Act
        label="Lay out anew…"
        act={() => {
          setAsking(true);
        }}
      />
      {asking && (
        <Question
          label="Lay this view out anew?"
          word="Lay out anew"
          danger={false}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) void app.pins.relayout();
          }}
        >
          <h2>Lay this view out anew?</h2>
          <p>Everything but what is pinned gets another place, for everybody who looks at this view.</p>
        </Question>
      )}
    </div>
  );
}

function Act({ label, act, pressed }: { readonly label: string; readonly act: () => void; readonly pressed?: boolean }): JSX.Element {
  return (
    <button type="button" className="ps-choice ps-pick" aria-pressed={pressed} onClick={act}>
      {label}
    </button>
  );
}
