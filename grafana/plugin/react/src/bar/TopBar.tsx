/** The bar on top: what is looked at, search, how fresh it is, theme and sign-in. */

import type { JSX, RefObject } from 'react';
import { Icon, type IconName } from '../icon';
import type { App } from '../state/app';
import type { Theme } from '../state/state';
import { useStore } from '../state/store';
import { Freshness } from './Freshness';
import { Mark } from './Mark';
import { Search } from './Search';
import { Time } from './Time';
import { Views } from './Views';

interface TopBarProps {
  readonly app: App;
  readonly theme: Theme;
  readonly searchInput: RefObject<HTMLInputElement | null>;
  readonly onReveal: (id: string, view: string) => void;
}

const THEMES: readonly { readonly id: Theme; readonly icon: IconName; readonly label: string }[] = [
  { id: 'system', icon: 'system', label: 'as the system' },
  { id: 'light', icon: 'sun', label: 'light' },
  { id: 'dark', icon: 'moon', label: 'dark' },
];

export function TopBar({ app, theme, searchInput, onReveal }: TopBarProps): JSX.Element {
  return (
    <header className="ps-top">
      <Mark />
      <Views app={app} />
      <Search app={app} input={searchInput} onReveal={onReveal} />
      <div className="ps-top-end">
        <Freshness app={app} />
        <Time app={app} />
        <ModeSwitch app={app} />
        <ThemeSwitch app={app} theme={theme} />
        <SignIn app={app} />
      </div>
    </header>
  );
}

function ModeSwitch({ app }: { readonly app: App }): JSX.Element {
  const mode = useStore(app.state, (state) => state.mode);
  const other = mode === 'map' ? 'table' : 'map';
  return (
    <button
      type="button"
      className="ps-button ps-icon-button"
      aria-keyshortcuts="T"
      aria-label={`Show the ${other}`}
      title={`Show the ${other} (T)`}
      onClick={() => {
        app.setMode(other);
      }}
    >
      <Icon name={other} size={17} />
    </button>
  );
}

function ThemeSwitch({ app, theme }: { readonly app: App; readonly theme: Theme }): JSX.Element {
  const at = THEMES.findIndex(({ id }) => id === theme);
  const now = THEMES[at] ?? THEMES[0];
  const next = THEMES[(at + 1) % THEMES.length];
  if (now === undefined || next === undefined) return <></>;
  return (
    <button
      type="button"
      className="ps-button ps-icon-button"
      aria-label={`Theme: ${now.label}. Change to ${next.label}.`}
      title={`Theme: ${now.label}`}
      onClick={() => {
        app.setTheme(next.id);
      }}
    >
      <Icon name={now.icon} size={17} />
    </button>
  );
}

function SignIn({ app }: { readonly app: App }): JSX.Element {
  const session = useStore(app.state, (state) => state.session);
  const user = session?.user ?? null;
  if (user !== null) {
    return (
      <button type="button" className="ps-button" aria-label={`Sign out ${user.name}`} title={`Signed in as ${user.name}. Click to sign out.`} onClick={() => void app.signOut()}>
        <Icon name="user" size={15} />
        <span className="ps-wide">{user.name}</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      className="ps-button"
      aria-label="Sign in"
      onClick={() => {
        app.openSignIn(true);
      }}
    >
      <Icon name="user" size={15} />
      <span className="ps-wide">Sign in</span>
    </button>
  );
}
