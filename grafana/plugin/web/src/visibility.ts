/** A hidden tab does no work: after a moment everything is let go, and taken up when it is seen. */

import type { App } from '@promscope/react';

const GRACE_MS = 10_000;

export function followVisibility(app: App): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        app.pause();
      }, GRACE_MS);
    } else app.resume();
  });
}
