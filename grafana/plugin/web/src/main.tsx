/** The page's start: state from the link, a session from the #code, and the first paint. */

import '@fontsource-variable/inter/wght.css';
import '@promscope/react/styles.css';
import './page.css';
import { Client } from '@promscope/core';
import { App } from '@promscope/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Root } from './Root';
import { followLink, readLink, takeCode, takeSaved } from './link';
import { followVisibility } from './visibility';

const saved = takeSaved();
const app = new App(new Client(), readLink());
followLink(app);
followVisibility(app);
app.start();

const code = takeCode();
if (code !== null) {
  app.signIn({ code }).catch((error: unknown) => {
    app.notify('failed', error instanceof Error ? error.message : String(error));
    app.openSignIn(true);
  });
}

if (saved !== null) void app.openSavedLink(saved);

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Root app={app} />
    </StrictMode>,
  );
}
