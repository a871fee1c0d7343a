/** The whole page inside Grafana, fed through the data source that the settings name. */

import type { AppRootProps } from '@grafana/data';
import { config, getDataSourceSrv } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import { Client, DARK, LIGHT } from '@promscope/core';
import { adoptStyles, App, applyPalette, Page } from '@promscope/react';
import { useEffect, useLayoutEffect, useMemo, useRef, type JSX } from 'react';
import { proxyOf } from '../proxy';
import { NoSource } from './SettingsPage';
import { sourceFor, type Settings } from './source';

export function MapPage({ meta }: AppRootProps<Settings>): JSX.Element {
  const source = sourceFor(meta.jsonData ?? {});
  return source === undefined ? <NoSource /> : <Map key={source.uid} uid={source.uid} />;
}

/** Explore with the first Prometheus data source; null where there is none. */
function explorer(): ((promql: string) => string) | null {
  const [source] = getDataSourceSrv().getList({ type: 'prometheus' });
  if (source === undefined) return null;
  return (promql) => {
    const panes = { map: { datasource: source.uid, queries: [{ refId: 'A', expr: promql, datasource: { type: 'prometheus', uid: source.uid } }], range: { from: 'now-1h', to: 'now' } } };
    return `${config.appSubUrl ?? ''}/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
  };
}

function Map({ uid }: { readonly uid: string }): JSX.Element {
  const theme = useTheme2();
  const place = useRef<HTMLDivElement>(null);
  const app = useMemo(() => new App(new Client({ base: proxyOf(uid) }), {}, explorer()), [uid]);
  const palette = theme.isDark ? DARK : LIGHT;
  useLayoutEffect(() => {
    adoptStyles();
    if (place.current !== null) applyPalette(place.current, palette);
  }, [palette]);
  useEffect(() => {
    app.start();
    return () => {
      app.pause();
    };
  }, [app]);
  return (
    <div ref={place} style={{ height: 'calc(100vh - 120px)', minHeight: 420, borderRadius: 8, overflow: 'hidden' }}>
      <Page app={app} theme={palette.name} palette={palette} />
    </div>
  );
}
