/** Asks before something is stopped or removed. */

import type { JSX } from 'react';
import type { App } from '../state/app';
import { useStore } from '../state/store';
import { Question } from './Question';

export function Confirm({ app }: { readonly app: App }): JSX.Element | null {
  const pending = useStore(app.state, (state) => state.pending);
  if (pending === null) return null;
  const { offer, question, label } = pending;
  return (
    <Question
      label={`${offer.label} ${label}`}
      word={offer.label}
      danger={offer.action === 'remove'}
      onAnswer={(yes) => {
        app.answer(yes);
      }}
    >
      <h2>
        {offer.label} <bdi>{label}</bdi>?
      </h2>
      <p>{question}</p>
    </Question>
  );
}
