/** What the page and the Grafana plugin use of the map. */

export * from './layout/force';
export * from './live/connection';
export * as decode from './model/decode';
export * as format from './model/format';
export * from './model/role';
export * from './model/store';
export * from './model/topology';
export * from './model/walk';
export type { BackendName } from './render/backend';
export type { Preference } from './render/choice';
export type { Bubble } from './scene/bubble';
export type { Insets, Look } from './scene/camera';
export { drawing, badge, roleGlyph, type GlyphName } from './scene/glyph';
export { neighbour, type Hit } from './scene/hit';
export { linkText, shorten } from './scene/label';
export type { Link } from './scene/link';
export * from './scene/measure';
export { worldOf, type Sight } from './scene/overview';
export { NO_EMPHASIS, type Emphasis } from './scene/scene';
export { Pointer } from './surface/pointer';
export { Surface } from './surface/surface';
export * from './theme/palette';
export * from './api/types';
export type { NodeDetails } from './api/details';
export { decodeOverview } from './api/answers';
export { queryOf, type Lens } from './api/lens';
export { Client, Problem, type ClientOptions, type SignIn } from './api/client';
