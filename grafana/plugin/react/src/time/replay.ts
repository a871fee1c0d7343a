/** Goes through the past moment by moment, each when the one before is drawn, until it is now. */

import { useEffect, useState } from 'react';
import type { App } from '../state/app';
import { useStore } from '../state/store';

/** So long a moment is looked at. */
const LOOK_MS = 900;

/** Whether it goes on, and the switch. `stride` in milliseconds of the past. */
export function useReplay(app: App, end: number, stride: number): readonly [boolean, (replaying: boolean) => void] {
  const [replaying, setReplaying] = useState(false);
  const moment = useStore(app.state, (state) => state.moment);
  const since = useStore(app.state, (state) => state.since);
  const live = useStore(app.state, (state) => state.live);
  const possible = moment !== null && since === null && live.state !== 'refused';
  useEffect(() => {
    if (replaying && !possible) setReplaying(false);
    if (!replaying || !possible || live.state !== 'past') return undefined;
    const timer = setTimeout(() => {
      app.setMoment(moment + stride >= end ? null : moment + stride);
    }, LOOK_MS);
    return () => {
      clearTimeout(timer);
    };
    // The end moves on with the clock; that begins no new wait.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [app, replaying, possible, moment, live.state, stride]);
  return [replaying, setReplaying];
}
