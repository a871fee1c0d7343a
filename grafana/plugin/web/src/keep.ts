/** What this browser remembers: the theme. A browser that keeps nothing is no error. */

import type { Theme } from '@promscope/react';

const KEY = 'promscope.theme';

export function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'dark' || kept === 'light' ? kept : 'system';
  } catch {
    return 'system';
  }
}

export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Private windows may refuse; the link still carries the theme.
  }
}
