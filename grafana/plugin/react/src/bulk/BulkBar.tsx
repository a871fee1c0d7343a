/** What is picked, what can be done to all of it together, and what became of each. */

import type { TopologyNode } from '@promscope/core';
import { useState, type JSX } from 'react';
import { Question } from '../dialog/Question';
import { SignInLink } from '../dialog/SignInLink';
import { Icon } from '../icon';
import { ASK_BEFORE, type App } from '../state/app';
import { MOST } from '../state/bulk';
import { useTopology } from '../state/hooks';
import { useStore } from '../state/store';
import { Outcomes } from './Outcomes';

interface Action {
  readonly id: string;
  readonly label: string;
}

const ACTIONS: readonly Action[] = [
  { id: 'start', label: 'Start' },
  { id: 'stop', label: 'Stop' },
  { id: 'restart', label: 'Restart' },
  { id: 'pause', label: 'Pause' },
  { id: 'unpause', label: 'Resume' },
  { id: 'remove', label: 'Remove' },
];
const NAMED = 8;

export function BulkBar({ app }: { readonly app: App }): JSX.Element | null {
  const picked = useStore(app.state, (state) => state.picked);
  const outcomes = useStore(app.bulk.state, (state) => state.outcomes);
  const running = useStore(app.bulk.state, (state) => state.running);
  const anonymous = useStore(app.state, (state) => state.session?.user == null);
  const topology = useTopology(app.topology);
  const [asked, setAsked] = useState<Action | null>(null);
  if (picked.size === 0 && outcomes.length === 0) return null;
  const containers = [...picked].map((id) => topology?.nodes.get(id)).filter((node): node is TopologyNode => node?.kind === 'container');
  const forbidden = anonymous ? 'Sign in to act on them.' : containers.length === 0 ? 'Only containers can be acted on.' : containers.length > MOST ? `At most ${MOST} at once.` : '';
  const act = (action: Action): void => {
    setAsked(null);
    void app.bulk.run(action.id, action.label, containers);
  };
  return (
    <section className="ps-bulk" aria-label="What is picked">
      <Outcomes app={app} />
      <div className="ps-bulk-row">
        <span className="ps-bulk-count" role="status">
          {picked.size} picked
        </span>
        <div className="ps-bulk-actions" role="group" aria-label="Do to all that is picked">
          {ACTIONS.map((action) => (
            <button
              key={action.id}
              type="button"
              className={action.id === 'remove' ? 'ps-button ps-danger' : 'ps-button'}
              aria-disabled={forbidden !== '' || running}
              title={forbidden === '' ? undefined : forbidden}
              onClick={() => {
                if (forbidden !== '' || running) return;
                if (ASK_BEFORE.has(action.id)) setAsked(action);
                else act(action);
              }}
            >
              {action.label}
            </button>
          ))}
        </div>
        {anonymous && <SignInLink app={app} />}
        <button
          type="button"
          className="ps-button ps-icon-button"
          aria-label="Pick nothing"
          onClick={() => {
            app.clearPicked();
          }}
        >
          <Icon name="close" size={15} />
        </button>
      </div>
      {asked !== null && (
        <Ask
          action={asked}
          names={containers.map(({ label }) => label)}
          onAnswer={(yes) => {
            if (yes) act(asked);
            else setAsked(null);
          }}
        />
      )}
    </section>
  );
}

function Ask({ action, names, onAnswer }: { readonly action: Action; readonly names: readonly string[]; readonly onAnswer: (yes: boolean) => void }): JSX.Element {
  const title = `${action.label} ${names.length} ${names.length === 1 ? 'container' : 'containers'}?`;
  return (
    <Question label={title} word={action.label} danger={action.id === 'remove'} onAnswer={onAnswer}>
      <h2>{title}</h2>
      <p>{action.id === 'remove' ? 'What they wrote inside of them is lost.' : 'What they serve now is interrupted.'}</p>
      <ul className="ps-bulk-names">
        {names.slice(0, NAMED).map((name) => (
          <li key={name}>
            <bdi>{name}</bdi>
          </li>
        ))}
        {names.length > NAMED && <li className="ps-faint">and {names.length - NAMED} more</li>}
      </ul>
    </Question>
  );
}
