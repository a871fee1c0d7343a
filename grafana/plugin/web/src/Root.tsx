/** Puts the theme around the page. */

import type { Preference } from '@promscope/core';
import { applyPalette, Page, usePalette, useStore, type App } from '@promscope/react';
import { useLayoutEffect, type JSX } from 'react';
import { keepTheme, keptTheme } from './keep';

const RENDERERS: readonly Preference[] = ['webgl2', 'canvas'];

/** `?renderer=canvas` for those whose GPU driver draws nonsense. */
function renderer(): Preference {
  const wanted = new URLSearchParams(location.search).get('renderer');
  return RENDERERS.find((name) => name === wanted) ?? 'auto';
}

const RENDERER = renderer();

export function Root({ app }: { readonly app: App }): JSX.Element {
  const chosen = useStore(app.state, (state) => state.theme);
  const theme = chosen ?? keptTheme();
  const palette = usePalette(theme);
  useLayoutEffect(() => {
    applyPalette(document.documentElement, palette);
  }, [palette]);
  useLayoutEffect(() => {
    if (chosen !== null) keepTheme(chosen);
  }, [chosen]);
  return <Page app={app} theme={theme} palette={palette} renderer={RENDERER} />;
}
