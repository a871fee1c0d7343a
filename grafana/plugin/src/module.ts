/** The app plugin, as Grafana loads it. */

import { AppPlugin } from '@grafana/data';
import { MapPage } from './pages/MapPage';

export const plugin = new AppPlugin().setRootPage(MapPage);
