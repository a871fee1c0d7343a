/** What became of an action on many: those that did not go well first, each with its reason. */

import type { JSX } from 'react';
import { Glyph } from '../icon';
import type { App } from '../state/app';
import type { Outcome, OutcomeState } from '../state/bulk';
import { useStore } from '../state/store';

const LOOKS: Readonly<Record<OutcomeState, { readonly status: string; readonly glyph: 'healthy' | 'warning' | 'critical' | 'unknown' | 'restarting'; readonly word: string }>> = {
  failed: { status: 'critical', glyph: 'critical', word: 'failed' },
  refused: { status: 'warning', glyph: 'warning', word: 'refused' },
  running: { status: 'unknown', glyph: 'restarting', word: 'under way' },
  waiting: { status: 'unknown', glyph: 'unknown', word: 'waiting' },
  done: { status: 'healthy', glyph: 'healthy', word: 'done' },
};
const ORDER = Object.keys(LOOKS);

export function Outcomes({ app }: { readonly app: App }): JSX.Element | null {
  const { action, outcomes, running } = useStore(app.bulk.state, (state) => state);
  if (outcomes.length === 0) return null;
  const counts = ORDER.map((state) => [state, outcomes.filter((one) => one.state === state).length] as const).filter(([, count]) => count > 0);
  const sorted = [...outcomes].sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  return (
    <div className="ps-bulk-outcomes">
      <p role="status">
        {action}
        {running ? '…' : ''}: {counts.map(([state, count]) => `${count} ${LOOKS[state as OutcomeState].word}`).join(', ')}
      </p>
      <ul aria-label="What became of each">
        {sorted.map((outcome) => (
          <Row key={outcome.id} outcome={outcome} />
        ))}
      </ul>
    </div>
  );
}

function Row({ outcome: { label, state, text } }: { readonly outcome: Outcome }): JSX.Element {
  const { status, glyph, word } = LOOKS[state];
  return (
    <li>
      <span className={`ps-mark ps-status-${status}`}>
        <Glyph name={glyph} size={11} />
      </span>
      <bdi className="ps-cut">{label}</bdi>
      <span className="ps-faint">{text === '' ? word : text}</span>
    </li>
  );
}
