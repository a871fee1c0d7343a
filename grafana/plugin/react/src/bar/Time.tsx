/** When the map is looked at: now, or a moment that Prometheus remembers. */

import { useRef, useState, type JSX } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { useStore } from '../state/store';

const MINUTE = 60_000;
const AGO = [
  { label: '5 minutes ago', ms: 5 * MINUTE },
  { label: '15 minutes ago', ms: 15 * MINUTE },
  { label: '1 hour ago', ms: 60 * MINUTE },
  { label: '6 hours ago', ms: 360 * MINUTE },
  { label: '1 day ago', ms: 1440 * MINUTE },
];

export function Time({ app }: { readonly app: App }): JSX.Element {
  const moment = useStore(app.state, (state) => state.moment);
  const menu = useRef<HTMLDetailsElement>(null);
  const [typed, setTyped] = useState('');
  const go = (to: number | null): void => {
    app.setMoment(to);
    if (menu.current !== null) menu.current.open = false;
  };
  const wanted = new Date(typed).getTime();
  const possible = Number.isFinite(wanted) && wanted > 0 && wanted < Date.now();
  return (
    <details ref={menu} className="ps-menu">
      <summary className="ps-button ps-icon-button" aria-label="Time" title="Look at another time">
        <Icon name="clock" size={17} />
      </summary>
      <div className="ps-menu-list" role="group" aria-label="When">
        <button
          type="button"
          className="ps-menu-item"
          aria-pressed={moment === null}
          onClick={() => {
            go(null);
          }}
        >
          Now, and following
        </button>
        {AGO.map(({ label, ms }) => (
          <button
            key={label}
            type="button"
            className="ps-menu-item"
            onClick={() => {
              go(Date.now() - ms);
            }}
          >
            {label}
          </button>
        ))}
        <form
          className="ps-menu-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (possible) go(wanted);
          }}
        >
          <input
            type="datetime-local"
            step={1}
            aria-label="Another moment"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
            }}
          />
          <button type="submit" className="ps-button" disabled={!possible}>
            Go
          </button>
        </form>
      </div>
    </details>
  );
}
