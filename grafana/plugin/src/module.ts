/** The app plugin, as Grafana loads it. */

import { AppPlugin } from '@grafana/data';
import { MapPage } from './pages/MapPage';
import { SettingsPage } from './pages/SettingsPage';
import type { Settings } from './pages/source';

export const plugin = new AppPlugin<Settings>().setRootPage(MapPage).addConfigPage({ id: 'settings', title: 'Settings', icon: 'cog', body: SettingsPage });
