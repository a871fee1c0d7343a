/** What became of an action, for a few seconds. */

import type { JSX } from 'react';
import { Glyph } from '../icon';
import type { App } from '../state/app';
import { useStore } from '../state/store';

export function Notices({ app }: { readonly app: App }): JSX.Element {
  const notices = useStore(app.state, (state) => state.notices);
  return (
    <div className="ps-notices" role="log" aria-live="polite">
      {notices.map(({ key, kind, text }) => (
        <div key={key} className={`ps-notice ps-status-${kind === 'done' ? 'healthy' : 'critical'}`}>
          <Glyph name={kind === 'done' ? 'healthy' : 'critical'} size={14} />
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}
