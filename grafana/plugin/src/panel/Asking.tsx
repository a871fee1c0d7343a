/** Asks before something is stopped or removed. */

import { ConfirmModal } from '@grafana/ui';
import type { JSX } from 'react';
import type { Wish } from './wish';

export function Asking({ wish, onAnswer }: { readonly wish: Wish; readonly onAnswer: (yes: boolean) => void }): JSX.Element {
  const { node, offer } = wish;
  return (
    <ConfirmModal
      isOpen
      title={`${offer.label} ${node.label}?`}
      body={offer.confirm === '' ? 'What it serves now is interrupted.' : offer.confirm}
      confirmText={offer.label}
      onConfirm={() => {
        onAnswer(true);
      }}
      onDismiss={() => {
        onAnswer(false);
      }}
    />
  );
}
