/** Signing in with the one-time code that the operator's terminal shows. */

import { useState, type JSX } from 'react';
import { words, type App } from '../state/app';
import { useStore } from '../state/store';
import { Dialog } from './Dialog';

export function SignIn({ app }: { readonly app: App }): JSX.Element | null {
  const open = useStore(app.state, (state) => state.signingIn);
  return open ? <SignInDialog app={app} /> : null;
}

function SignInDialog({ app }: { readonly app: App }): JSX.Element {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      await app.signIn(code.trim());
    } catch (error) {
      setProblem(words(error));
      setBusy(false);
    }
  };
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
          if (code.trim() !== '' && !busy) void submit();
        }}
      >
        <h2>Sign in</h2>
        <p>
          Type the one-time code that the terminal printed when Promscope was started. It works once, for five minutes. A new one is made by{' '}
          <code>promscope sign-in-code</code> on the machine where the API runs.
        </p>
        <label className="ps-field">
          <span>One-time code</span>
          <input
            type="text"
            name="code"
            value={code}
            autoFocus
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={128}
            aria-invalid={problem !== ''}
            aria-describedby="ps-code-problem"
            onChange={(event) => {
              setCode(event.target.value);
            }}
          />
        </label>
        <p id="ps-code-problem" className="ps-problem" role="alert">
          {problem}
        </p>
        <div className="ps-dialog-buttons">
          <button
            type="button"
            className="ps-button"
            onClick={() => {
              app.openSignIn(false);
            }}
          >
            Cancel
          </button>
          <button type="submit" className="ps-button ps-primary" disabled={busy || code.trim() === ''}>
            {busy ? 'Checking…' : 'Sign in'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
