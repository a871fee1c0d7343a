/** Filters that the user keeps under names: open, share by link, delete, save. */

import type { SavedFilter } from '@promscope/core';
import { useCallback, useEffect, useState, type JSX } from 'react';
import { copyText } from '../copy';
import { SignInLink } from '../dialog/SignInLink';
import { Icon } from '../icon';
import { words, type App } from '../state/app';
import { useStore } from '../state/store';

export function SavedFilters({ app }: { readonly app: App }): JSX.Element {
  const user = useStore(app.state, (state) => state.session?.user?.name ?? null);
  return (
    <>
      <ShareLink app={app} />
      {user === null ? (
        <p className="ps-hint">
          Sign in to keep filters under a name.
          <SignInLink app={app} />
        </p>
      ) : (
        <Kept key={user} app={app} />
      )}
    </>
  );
}

function ShareLink({ app }: { readonly app: App }): JSX.Element {
  return (
    <button
      type="button"
      className="ps-button ps-block"
      onClick={() => {
        void copyText(location.href);
        app.notify('done', 'The link to what you see is copied.');
      }}
    >
      <Icon name="copy" size={14} /> Copy the link
    </button>
  );
}

function Kept({ app }: { readonly app: App }): JSX.Element {
  const filter = useStore(app.state, (state) => state.filter);
  const view = useStore(app.state, (state) => state.view);
  const [kept, setKept] = useState<readonly SavedFilter[]>([]);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const change = useCallback(
    async (what: () => Promise<unknown>): Promise<void> => {
      try {
        await what();
        setKept(await app.client.savedFilters());
        setProblem('');
      } catch (error) {
        setProblem(words(error));
      }
    },
    [app],
  );
  useEffect(() => {
    void change(() => Promise.resolve());
  }, [change]);
  return (
    <>
      <ul className="ps-refs">
        {kept.map((one) => (
          <li key={one.id} className="ps-saved">
            <button
              type="button"
              className="ps-ref"
              aria-current={one.query === filter && one.view === view ? 'true' : undefined}
              title={one.query}
              onClick={() => {
                app.openSaved(one);
              }}
            >
              <span className="ps-cut">{one.name}</span>
            </button>
            <button
              type="button"
              className="ps-bare"
              aria-label={`Copy the link to ${one.name}`}
              onClick={() => {
                void copyText(`${location.origin}${location.pathname}?saved=${encodeURIComponent(one.id)}`);
                app.notify('done', `The link to ${one.name} is copied.`);
              }}
            >
              <Icon name="copy" size={13} />
            </button>
            <button type="button" className="ps-bare" aria-label={`Delete ${one.name}`} onClick={() => void change(() => app.client.deleteFilter(one.id))}>
              <Icon name="close" size={13} />
            </button>
          </li>
        ))}
      </ul>
      {filter === '' ? (
        kept.length === 0 && <p className="ps-empty">A filter that is set can be kept here.</p>
      ) : (
        <form
          className="ps-menu-form"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = name.trim();
            if (wanted === '') return;
            setName('');
            void change(() => app.client.saveFilter(wanted, view, filter));
          }}
        >
          <input
            type="text"
            maxLength={100}
            placeholder="Name of this filter"
            aria-label="Name of this filter"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
            }}
          />
          <button type="submit" className="ps-button">
            Save
          </button>
        </form>
      )}
      {problem !== '' && (
        <p className="ps-empty" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
