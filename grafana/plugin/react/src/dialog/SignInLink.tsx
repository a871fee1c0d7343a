/** Opens the sign-in, from within a sentence or a bar. */

import type { JSX } from 'react';
import type { App } from '../state/app';

export function SignInLink({ app }: { readonly app: App }): JSX.Element {
  return (
    <button
      type="button"
      className="ps-link"
      onClick={() => {
        app.openSignIn(true);
      }}
    >
      Sign in
    </button>
  );
}
