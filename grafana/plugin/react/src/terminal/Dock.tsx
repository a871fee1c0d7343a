/** The terminals of the page: a tab for each, at the bottom, whatever else is looked at. */

import type { JSX } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { useStore } from '../state/store';
import { adopt } from '../styles/sheet';
import { Screen } from './Screen';
import styles from './terminal.css?inline';

adopt(styles);

export default function Dock({ app }: { readonly app: App }): JSX.Element {
  const { tabs, active, folded, letters } = useStore(app.terminals.state, (state) => state);
  return (
    <section className={folded ? 'ps-dock ps-dock-folded' : 'ps-dock'} aria-label="Terminals">
      <div className="ps-dock-tabs" role="group" aria-label="Open terminals">
        {tabs.map((tab) => (
          <span key={tab.key} className="ps-dock-tab" data-phase={tab.phase}>
            <button
              type="button"
              className="ps-button ps-cut"
              dir="auto"
              aria-pressed={tab.key === active && !folded}
              onClick={() => {
                app.terminals.activate(tab.key);
              }}
            >
              {tab.name}
            </button>
            <button
              type="button"
              className="ps-button ps-icon-button"
              aria-label={`Close the terminal in ${tab.name}`}
              onClick={() => {
                app.terminals.close(tab.key);
              }}
            >
              <Icon name="close" size={12} />
            </button>
          </span>
        ))}
        <button
          type="button"
          className="ps-button ps-icon-button"
          aria-label="Another terminal in this container"
          title="Another terminal in this container"
          onClick={() => {
            app.terminals.another(active);
          }}
        >
          <Icon name="plus" size={14} />
        </button>
        <button
          type="button"
          className="ps-button ps-dock-fold"
          aria-expanded={!folded}
          onClick={() => {
            app.terminals.fold(!folded);
          }}
        >
          {folded ? 'Show' : 'Fold'}
        </button>
      </div>
      {tabs.map((tab) => (
        <Screen key={tab.key} app={app} tab={tab} shown={tab.key === active && !folded} letters={letters} />
      ))}
    </section>
  );
}
