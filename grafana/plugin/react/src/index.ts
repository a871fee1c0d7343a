/** The parts of the page; MapView alone is what the Grafana panel draws. */

export { MapView, type MapHandle, type MapViewProps } from './map/MapView';
export { Page, type PageProps } from './Page';
export { App, type AppState } from './state/app';
export { DEFAULTS, fromSearch, toSearch, type LinkState, type Theme } from './state/state';
export { Store, useStore } from './state/store';
export { adoptStyles } from './styles/adopt';
export { applyPalette, usePalette, useReducedMotion } from './theme';
