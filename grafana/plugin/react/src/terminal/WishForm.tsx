/** What shell is wanted, as whom and where; above it, how the last one ended. */

import { useId, useState, type JSX } from 'react';
import type { Tab, Wish } from '../state/terminals';

interface WishFormProps {
  readonly tab: Tab;
  readonly onStart: (wish: Wish) => void;
}

const SHELLS = ['/bin/bash', '/bin/ash', '/bin/sh', '/bin/zsh'];

export function WishForm({ tab, onStart }: WishFormProps): JSX.Element {
  const [wish, setWish] = useState<Wish>(tab.wish);
  const shells = useId();
  const field = (name: keyof Wish, label: string, otherwise: string, list?: string): JSX.Element => (
    <label>
      {label}
      <input
        value={wish[name]}
        placeholder={otherwise}
        maxLength={256}
        autoComplete="off"
        spellCheck={false}
        list={list}
        onChange={({ target }) => {
          setWish({ ...wish, [name]: target.value });
        }}
      />
    </label>
  );
  return (
    <form
      className="ps-terminal-wish"
      aria-label="A shell"
      onSubmit={(event) => {
        event.preventDefault();
        onStart(wish);
      }}
    >
      {tab.ending !== '' && <p role="alert">{tab.ending}</p>}
      {field('shell', 'Shell', 'bash, ash or sh', shells)}
      <datalist id={shells}>
        {SHELLS.map((shell) => (
          <option key={shell} value={shell} />
        ))}
      </datalist>
      {field('user', 'User', 'as the container')}
      {field('cwd', 'Directory', 'as the container')}
      <button type="submit" className="ps-button">
        {tab.ending === '' ? 'Open' : 'Open again'}
      </button>
    </form>
  );
}
