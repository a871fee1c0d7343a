/** Dark or light: the palette of the map becomes the custom properties of the page. */

import { css, DARK, LIGHT, mix, type Palette } from '@promscope/core';
import { useSyncExternalStore } from 'react';
import type { Theme } from './state/state';

const NAMES = ['background', 'surface', 'raised', 'line', 'text', 'soft', 'faint', 'accent', 'onAccent', 'groupText'] as const;

const SHADOWS = {
  dark: '0 10px 36px rgb(0 0 0 / 0.38), 0 2px 6px rgb(0 0 0 / 0.24)',
  light: '0 10px 36px rgb(40 58 96 / 0.14), 0 1px 4px rgb(40 58 96 / 0.1)',
} as const;

export function applyPalette(root: HTMLElement, palette: Palette): void {
  const { style } = root;
  for (const name of NAMES) style.setProperty(`--ps-${name}`, css(palette[name]));
  for (const [name, color] of Object.entries(palette.status)) {
    style.setProperty(`--ps-${name}`, css(color));
    style.setProperty(`--ps-${name}-soft`, css(mix(palette.surface, color, 0.14)));
  }
  for (const [name, color] of Object.entries(palette.role)) style.setProperty(`--ps-role-${name}`, css(color));
  style.setProperty('--ps-shadow', SHADOWS[palette.name]);
  style.setProperty('--ps-hover', css(palette.text, 0.06));
  style.setProperty('--ps-accent-soft', css(palette.accent, 0.1));
  style.colorScheme = palette.name;
}

function follow(query: string): readonly [(listener: () => void) => () => void, () => boolean] {
  return [
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => {
        media.removeEventListener('change', listener);
      };
    },
    () => matchMedia(query).matches,
  ];
}

const LIGHT_SYSTEM = follow('(prefers-color-scheme: light)');
const REDUCED = follow('(prefers-reduced-motion: reduce)');

export function usePalette(theme: Theme): Palette {
  const light = useSyncExternalStore(...LIGHT_SYSTEM);
  return theme === 'light' || (theme === 'system' && light) ? LIGHT : DARK;
}

export function useReducedMotion(): boolean {
  return useSyncExternalStore(...REDUCED);
}
