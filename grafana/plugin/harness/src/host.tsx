/**
 * Loads the built plugin as Grafana does: SystemJS takes its AMD module, the shared packages are
 * the real ones, and the panel stands in a real PanelChrome.
 *
 * `?show=panel|frames|app` and `&theme=light` choose what is seen.
 */

import './boot';
import * as data from '@grafana/data';
import * as runtime from '@grafana/runtime';
import * as ui from '@grafana/ui';
import * as React from 'react';
import * as ReactDom from 'react-dom';
import { createRoot } from 'react-dom/client';
import * as jsx from 'react/jsx-runtime';
import * as rxjs from 'rxjs';
import { frames } from './frames';
import { fakeServices } from './services';

const SHARED: Record<string, object> = {
  react: React,
  'react-dom': ReactDom,
  'react/jsx-runtime': jsx,
  rxjs,
  '@grafana/data': data,
  '@grafana/runtime': runtime,
  '@grafana/ui': ui,
};
const UID = 'harness';
const SIZE = { width: 1000, height: 640 };

for (const [name, module] of Object.entries(SHARED)) System.set(`package:${name}`, { ...module, __useDefault: false });
System.addImportMap({ imports: Object.fromEntries(Object.keys(SHARED).map((name) => [name, `package:${name}`])) });
fakeServices(UID);

async function load<T>(folder: string): Promise<T> {
  const module = (await System.import(`/plugin/${folder}module.js`)) as { plugin: T };
  return module.plugin;
}

async function series(show: string): Promise<data.DataFrame[]> {
  if (show === 'frames') return frames();
  const source = await load<data.DataSourcePlugin<data.DataSourceApi>>('datasource/');
  const api = new source.DataSourceClass({ uid: UID, id: 1, type: 'promscope-topology-datasource', name: 'Promscope' } as data.DataSourceInstanceSettings);
  const health = await api.testDatasource();
  if (health.status !== 'success') throw new Error(health.message);
  const answer = await (api.query({ targets: [{ refId: 'A' }] } as data.DataQueryRequest) as Promise<data.DataQueryResponse>);
  return answer.data as data.DataFrame[];
}

async function body(show: string): Promise<React.ReactNode> {
  if (show === 'app') {
    const { root: Root } = await load<data.AppPlugin>('');
    if (Root === undefined) throw new Error('The app has no root page.');
    return <Root {...({} as data.AppRootProps)} />;
  }
  const { panel: Panel } = await load<data.PanelPlugin<object>>('panel/');
  if (Panel === null) throw new Error('The plugin has no panel.');
  const given = { series: await series(show), state: data.LoadingState.Done, timeRange: data.getDefaultTimeRange() };
  return (
    <ui.PanelChrome title="Topology" {...SIZE}>
      {(width: number, height: number) => <Panel {...({ data: given, options: { size: 'cpu', fill: 'none' }, width, height } as unknown as data.PanelProps<object>)} />}
    </ui.PanelChrome>
  );
}

const params = new URLSearchParams(location.search);
const theme = data.createTheme({ colors: { mode: params.get('theme') === 'light' ? 'light' : 'dark' } });
document.body.style.background = theme.colors.background.canvas;
document.body.style.color = theme.colors.text.primary;
document.body.style.fontFamily = theme.typography.fontFamily;
const content = await body(params.get('show') ?? 'panel');
const root = document.getElementById('reactRoot');
if (root !== null) createRoot(root).render(<data.ThemeContext.Provider value={theme}>{content}</data.ThemeContext.Provider>);
