/** Asks before something is done; whoever only presses Enter does not do it. */

import type { JSX, ReactNode } from 'react';
import { Dialog } from './Dialog';

interface Props {
  /** What is asked, for those who do not see it. */
  readonly label: string;
  /** The word on the button that does it. */
  readonly word: string;
  /** Whether it cannot be undone. */
  readonly danger: boolean;
  readonly onAnswer: (yes: boolean) => void;
  readonly children: ReactNode;
}

export function Question({ label, word, danger, onAnswer, children }: Props): JSX.Element {
  return (
    <Dialog
      label={label}
      onClose={() => {
        onAnswer(false);
      }}
    >
      {children}
      <div className="ps-dialog-buttons">
        <button
          type="button"
          className="ps-button"
          autoFocus
          onClick={() => {
            onAnswer(false);
          }}
        >
          Cancel
        </button>
        <button
          type="button"
          className={danger ? 'ps-button ps-primary ps-danger' : 'ps-button ps-primary'}
          onClick={() => {
            onAnswer(true);
          }}
        >
          {word}
        </button>
      </div>
    </Dialog>
  );
}
