/** Status in colour and sign, so that neither is needed alone. */

import { badge, roleGlyph, type Role, type Status } from '@promscope/core';
import type { JSX } from 'react';
import { Glyph } from './icon';

const WORDS: Readonly<Record<Status, string>> = {
  healthy: 'healthy',
  warning: 'warning',
  critical: 'critical',
  unknown: 'unknown',
};

export function StatusChip({ status, state }: { readonly status: Status; readonly state: string }): JSX.Element {
  return (
    <span className={`ps-chip ps-status-${status}`}>
      <Glyph name={badge(status, state) ?? 'healthy'} size={12} />
      {state === '' || state === 'outside' ? WORDS[status] : state}
    </span>
  );
}

/** A mark before a name in lists: the same sign as the chip, without words. */
export function StatusMark({ status, state = '' }: { readonly status: Status; readonly state?: string }): JSX.Element {
  return (
    <span className={`ps-mark ps-status-${status}`} role="img" aria-label={state === '' ? status : `${state}, ${status}`}>
      <Glyph name={badge(status, state) ?? 'healthy'} size={10} />
    </span>
  );
}

export function RoleMark({ role, size = 34 }: { readonly role: Role; readonly size?: number }): JSX.Element {
  return (
    <span className={`ps-role ps-role-${role}`}>
      <Glyph name={roleGlyph(role)} size={Math.round(size * 0.56)} />
    </span>
  );
}
