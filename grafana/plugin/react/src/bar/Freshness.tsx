/** How current the picture is: structure arrives live, numbers are as old as the last scrape. */

import { format } from '@promscope/core';
import type { JSX } from 'react';
import { useAge, useTopology } from '../state/hooks';
import type { App } from '../state/app';
import { useStore } from '../state/store';

export function Freshness({ app }: { readonly app: App }): JSX.Element {
  const live = useStore(app.state, (state) => state.live);
  const topology = useTopology(app.topology);
  const age = useAge(topology?.takenAt ?? null);
  const moment = useStore(app.state, (state) => state.moment);
  const comparing = useStore(app.state, (state) => state.since !== null);
  const stale = topology?.staleSince != null;
  const kind = moment !== null && live.state === 'past' ? 'past' : stale ? 'stale' : live.state;
  const words =
    kind === 'live' ? 'Live' : kind === 'stale' ? 'Stale' : kind === 'loading' ? 'Connecting' : kind === 'paused' ? 'Paused' : comparing && kind === 'past' ? 'Comparing' : kind === 'past' ? 'Past' : kind === 'refused' ? 'No access' : 'Reconnecting';
  const numbers = age === null ? 'No scrape yet.' : `Numbers are from the scrape ${format.duration(age)} ago.`;
  return (
    <span className={`ps-fresh ps-fresh-${kind}`} role="status" title={`Structure and state arrive at once. ${numbers}${live.reason === '' ? '' : ` ${live.reason}`}`}>
      <span className="ps-fresh-dot" aria-hidden="true" />
      <span>{words}</span>
      {age !== null && kind !== 'loading' && <span className="ps-faint ps-wide">{format.duration(age)}</span>}
    </span>
  );
}
