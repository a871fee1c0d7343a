/** The product's mark and name. */

import type { JSX } from 'react';

export function Mark(): JSX.Element {
  return (
    <div className="ps-mark-name">
      <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <circle cx="16" cy="16" r="14.2" className="ps-logo-ring" />
        <circle cx="12.2" cy="13.2" r="4.9" className="ps-logo-large" />
        <circle cx="21.6" cy="19.4" r="3.3" className="ps-logo-small" />
        <path d="M16 16.2l3.2 1.7" className="ps-logo-line" />
      </svg>
      <span className="ps-name">Promscope</span>
    </div>
  );
}
