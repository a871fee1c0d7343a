/** What came, went and changed between the two moments that are compared, by kind. */

import type { Changes as KindChanges, FactChange, Mark, Thing } from '@promscope/core';
import type { JSX } from 'react';
import { Glyph, Icon } from '../icon';
import { Section } from '../panel/Section';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { useStore } from '../state/store';
import { clock } from './ranges';

interface ChangesProps {
  readonly app: App;
  readonly onReveal: (id: string, kind: string) => void;
}

const SHOWN = 100;
const STATUS: Readonly<Record<Mark, string>> = { added: 'healthy', removed: 'critical', changed: 'warning' };
const WORDS: Readonly<Record<Mark, string>> = { added: 'Came', removed: 'Went', changed: 'Changed' };

export function Changes({ app, onReveal }: ChangesProps): JSX.Element | null {
  const since = useStore(app.state, (state) => state.since);
  const moment = useStore(app.state, (state) => state.moment);
  const selected = useStore(app.state, (state) => state.selected);
  const difference = useStore(app.comparison.state, (state) => state.difference);
  if (since === null || selected !== null) return null;
  const differing = difference?.kinds.filter(({ totals }) => totals.added + totals.removed + totals.changed + totals.unknown > 0) ?? [];
  return (
    <aside className="ps-details ps-changes" aria-label="What changed">
      <header className="ps-head">
        <div className="ps-head-text">
          <h2>What changed</h2>
          <div className="ps-head-line ps-faint">
            {clock(since)} → {moment === null ? 'now' : clock(moment)}
          </div>
        </div>
        <button
          type="button"
          className="ps-button ps-icon-button"
          aria-label="End the comparison"
          title="End the comparison"
          onClick={() => {
            app.compareSince(null);
          }}
        >
          <Icon name="close" size={16} />
        </button>
      </header>
      {difference === null && (
        <p className="ps-empty ps-inset" role="status">
          Looking at both moments…
        </p>
      )}
      {difference !== null && differing.length === 0 && <p className="ps-empty ps-inset">Nothing came, went or changed.</p>}
      {difference !== null && difference.hostsUnknown.length > 0 && (
        <p className="ps-note ps-note-warning">
          {difference.hostsUnknown.length === 1 ? 'One host' : `${difference.hostsUnknown.length} hosts`} did not answer at one of the moments: what is on them is not compared.
        </p>
      )}
      {differing.map((kind) => (
        <Kind key={kind.kind} app={app} changes={kind} onReveal={onReveal} />
      ))}
    </aside>
  );
}

function Kind({ app, changes, onReveal }: { readonly app: App; readonly changes: KindChanges; readonly onReveal: ChangesProps['onReveal'] }): JSX.Element {
  const { kind, added, removed, changed, totals } = changes;
  const listed = added.length + removed.length + changed.length;
  const all = totals.added + totals.removed + totals.changed;
  return (
    <Section name={kind.charAt(0).toUpperCase() + kind.slice(1)} count={all} open={kind === 'containers' || kind === 'services'}>
      <ul className="ps-refs">
        <Rows app={app} mark="added" things={added} onReveal={onReveal} />
        <Rows app={app} mark="removed" things={removed} onReveal={onReveal} />
        <Rows app={app} mark="changed" things={changed} onReveal={onReveal} />
      </ul>
      {all > Math.min(listed, 3 * SHOWN) && <p className="ps-empty">There are more than are listed.</p>}
      {totals.unknown > 0 && <p className="ps-empty">Of {totals.unknown} more it is not known.</p>}
    </Section>
  );
}

interface RowsProps {
  readonly app: App;
  readonly mark: Mark;
  readonly things: readonly (Thing | FactChange)[];
  readonly onReveal: ChangesProps['onReveal'];
}

function Rows({ app, mark, things, onReveal }: RowsProps): JSX.Element {
  const topology = useTopology(app.topology);
  return (
    <>
      {things.slice(0, SHOWN).map((thing) => {
        const node = topology?.nodes.get(thing.id);
        return (
          <li key={thing.id}>
            <button
              type="button"
              className="ps-ref ps-change"
              disabled={node === undefined}
              onClick={() => {
                if (node !== undefined) onReveal(node.id, node.kind);
              }}
            >
              <span className={`ps-mark ps-status-${STATUS[mark]}`} role="img" aria-label={WORDS[mark]}>
                <Glyph name={mark} size={11} />
              </span>
              <span className="ps-change-text">
                <span className="ps-cut">{thing.label}</span>
                {'before' in thing && <Facts change={thing} />}
              </span>
            </button>
          </li>
        );
      })}
    </>
  );
}

function Facts({ change: { before, after } }: { readonly change: FactChange }): JSX.Element {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <span className="ps-faint ps-change-facts">
      {names.map((name) => (
        <span key={name}>
          {name}: {before[name] ?? 'none'} → {after[name] ?? 'none'}
        </span>
      ))}
    </span>
  );
}
