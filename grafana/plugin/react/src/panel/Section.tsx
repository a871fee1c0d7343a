/** A part of the panel that can be folded away. */

import type { JSX, ReactNode } from 'react';
import { Icon } from '../icon';

interface SectionProps {
  readonly name: string;
  readonly count?: number;
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
  readonly children: ReactNode;
}

export function Section({ name, count, open = false, onToggle, children }: SectionProps): JSX.Element {
  return (
    <details
      className="ps-section"
      open={open}
      onToggle={(event) => {
        onToggle?.(event.currentTarget.open);
      }}
    >
      <summary>
        <Icon name="chevron" size={12} />
        <h3>{name}</h3>
        {count !== undefined && <span className="ps-count">{count}</span>}
      </summary>
      <div className="ps-section-body">{children}</div>
    </details>
  );
}
