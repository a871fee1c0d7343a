/** Signing in: with the one-time code that the operator's terminal shows, or a name and a password. */

import { useState, type JSX } from 'react';
import { words, type App } from '../state/app';
import { useStore } from '../state/store';
import { Dialog } from './Dialog';

type Way = 'code' | 'password';

export function SignIn({ app }: { readonly app: App }): JSX.Element | null {
  const open = useStore(app.state, (state) => state.signingIn);
  return open ? <SignInDialog app={app} /> : null;
}

function SignInDialog({ app }: { readonly app: App }): JSX.Element {
  const [way, setWay] = useState<Way>('code');
  const [typed, setTyped] = useState({ code: '', name: '', password: '' });
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const oidc = useStore(app.state, (state) => state.session?.oidc === true);
  const { code, name, password } = typed;
  const complete = way === 'code' ? code.trim() !== '' : name.trim() !== '' && password !== '';
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      await app.signIn(way === 'code' ? { code: code.trim() } : { name: name.trim(), password });
    } catch (error) {
      setProblem(words(error));
      setBusy(false);
    }
  };
  const field = (key: keyof typeof typed, label: string, more: Partial<JSX.IntrinsicElements['input']>): JSX.Element => (
    <label key={key} className="ps-field">
      <span>{label}</span>
      <input
        type="text"
        name={key}
        value={typed[key]}
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={problem !== ''}
        aria-describedby="ps-sign-in-problem"
        onChange={(event) => {
          setTyped({ ...typed, [key]: event.target.value });
        }}
        {...more}
      />
    </label>
  );
  return (
    <Dialog
      label="Sign in"
      onClose={() => {
        app.openSignIn(false);
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void submit();
        }}
      >
        <h2>Sign in</h2>
        {oidc && (
          <p>
            <a href="/api/v1/session/oidc">Sign in at your identity provider</a>
          </p>
        )}
        {way === 'code' ? (
          <>
            <p>
              Type the one-time code that the terminal printed when Promscope was started. It works once, for five minutes. A new one is made by{' '}
              <code>promscope sign-in-code</code> on the machine where the API runs.
            </p>
            {field('code', 'One-time code', { autoFocus: true, autoComplete: 'one-time-code', maxLength: 128 })}
          </>
        ) : (
          <>
            {field('name', 'Name', { autoFocus: true, autoComplete: 'username', maxLength: 64 })}
            {field('password', 'Password', { type: 'password', autoComplete: 'current-password', maxLength: 256 })}
          </>
        )}
        <p id="ps-sign-in-problem" className="ps-problem" role="alert">
          {problem}
        </p>
        <div className="ps-dialog-buttons">
          <button
            type="button"
            className="ps-button"
            onClick={() => {
              setProblem('');
              setWay(way === 'code' ? 'password' : 'code');
            }}
          >
            {way === 'code' ? 'Use name and password' : 'Use a one-time code'}
          </button>
          <button
            type="button"
            className="ps-button"
            onClick={() => {
              app.openSignIn(false);
            }}
          >
            Cancel
          </button>
          <button type="submit" className="ps-button ps-primary" disabled={busy || !complete}>
            {busy ? 'Checking…' : 'Sign in'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
