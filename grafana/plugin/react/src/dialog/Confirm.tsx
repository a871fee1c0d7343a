/** Asks before something is stopped or removed. */

import type { JSX } from 'react';
import type { App } from '../state/app';
import { useStore } from '../state/store';
import { Dialog } from './Dialog';

export function Confirm({ app }: { readonly app: App }): JSX.Element | null {
  const pending = useStore(app.state, (state) => state.pending);
  if (pending === null) return null;
  const { offer, question, label } = pending;
  return (
    <Dialog
      label={`${offer.label} ${label}`}
      onClose={() => {
        app.answer(false);
      }}
    >
      <h2>
        {offer.label} <bdi>{label}</bdi>?
      </h2>
      <p>{question}</p>
      <div className="ps-dialog-buttons">
        <button
          type="button"
          className="ps-button"
          autoFocus
          onClick={() => {
            app.answer(false);
          }}
        >
          Cancel
        </button>
        <button
          type="button"
          className={offer.action === 'remove' ? 'ps-button ps-primary ps-danger' : 'ps-button ps-primary'}
          onClick={() => {
            app.answer(true);
          }}
        >
          {offer.label}
        </button>
      </div>
    </Dialog>
  );
}
