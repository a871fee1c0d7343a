/**
 * Loads the built plugin as Grafana does: SystemJS takes its AMD module, the shared packages are
 * the real ones, and the panel stands in a real PanelChrome.
 *
 * `?show=panel|past|frames|many|app|settings|editor|health`, `&theme=light` and `&warning=1` choose
 * what is seen.
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
import { frames, many } from './frames';
import { fakeServices, variable } from './services';

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

type Source = data.DataSourcePlugin<data.DataSourceApi>;

async function source(): Promise<{ plugin: Source; api: data.DataSourceApi }> {
  const plugin = await load<Source>('datasource/');
  return { plugin, api: new plugin.DataSourceClass({ uid: UID, id: 1, type: 'promscope-topology-datasource', name: 'Promscope' } as data.DataSourceInstanceSettings) };
}

/** The frames of the query, each time it answers; `past` asks for a range that has ended. */
function useSeries(show: string, api: data.DataSourceApi): data.DataFrame[] {
  const [series, setSeries] = React.useState<data.DataFrame[]>([]);
  React.useEffect(() => {
    if (show === 'frames') {
      setSeries(frames());
      return undefined;
    }
    const recent = data.getDefaultTimeRange();
    const range = show === 'past' ? { ...recent, raw: { from: recent.from, to: recent.to } } : recent;
    const answers = api.query({ targets: [{ refId: 'A' }], range } as data.DataQueryRequest) as rxjs.Observable<data.DataQueryResponse>;
    const following = answers.subscribe((answer) => {
      setSeries(answer.data as data.DataFrame[]);
    });
    return () => {
      following.unsubscribe();
    };
  }, [show, api]);
  return React.useMemo(() => data.applyFieldOverrides({ data: series, fieldConfig: { defaults: {}, overrides: [] }, replaceVariables: variable, theme }), [series]);
}

/** The query editor, with the query it has made as text below it. */
function Editor({ plugin, api }: Awaited<ReturnType<typeof source>>): React.ReactNode {
  const [query, setQuery] = React.useState<data.DataQuery>({ refId: 'A' });
  const { QueryEditor } = plugin.components;
  if (QueryEditor === undefined) throw new Error('The data source has no query editor.');
  return (
    <div style={{ padding: 24 }}>
      <QueryEditor datasource={api} query={query} onChange={setQuery} onRunQuery={() => undefined} />
      <output>{JSON.stringify(query)}</output>
    </div>
  );
}

const params = new URLSearchParams(location.search);
const theme = data.createTheme({ colors: { mode: params.get('theme') === 'light' ? 'light' : 'dark' } });

async function body(show: string): Promise<React.ReactNode> {
  if (show === 'app') {
    const { root: Root } = await load<data.AppPlugin>('');
    if (Root === undefined) throw new Error('The app has no root page.');
    return <Root {...({ meta: { jsonData: {} } } as data.AppRootProps)} />;
  }
  if (show === 'settings') {
    const plugin = await load<data.AppPlugin>('');
    const Body = plugin.configPages?.[0]?.body;
    if (Body === undefined) throw new Error('The app has no settings.');
    plugin.meta = { id: 'promscope-topology-app', enabled: true, pinned: true } as data.AppPluginMeta;
    return <Body plugin={plugin} query={{}} />;
  }
  if (show === 'editor') return <Editor {...await source()} />;
  if (show === 'health') return <p role="status">{(await (await source()).api.testDatasource()).message}</p>;
  const { panel: Panel } = await load<data.PanelPlugin<object>>('panel/');
  if (Panel === null) throw new Error('The plugin has no panel.');
  if (show === 'many') return <Many Panel={Panel} />;
  return <Asked show={show} Panel={Panel} api={(await source()).api} />;
}

type PanelComponent = React.ComponentType<data.PanelProps<object>>;

/** `panels` panels of `nodes` nodes each, which a click mounts. */
function Many({ Panel }: { readonly Panel: PanelComponent }): React.ReactNode {
  const [mounted, setMounted] = React.useState(false);
  const [series] = React.useState(() => many(Number(params.get('nodes'))));
  if (!mounted) return <button onClick={() => { setMounted(true); }}>Mount</button>;
  return Array.from({ length: Number(params.get('panels')) }, (_, index) => <Shown key={index} Panel={Panel} series={series} />);
}

function Asked({ show, Panel, api }: { readonly show: string; readonly Panel: PanelComponent; readonly api: data.DataSourceApi }): React.ReactNode {
  return <Shown Panel={Panel} series={useSeries(show, api)} />;
}

function Shown({ Panel, series }: { readonly Panel: PanelComponent; readonly series: data.DataFrame[] }): React.ReactNode {
  const warning = params.get('warning');
  const options = { size: 'cpu', fill: 'none', variable: 'container', ...(warning === null ? {} : { warning: Number(warning) }) };
  const given = { series, state: data.LoadingState.Done, timeRange: data.getDefaultTimeRange() };
  return (
    <ui.PanelChrome title="Topology" {...SIZE}>
      {(width: number, height: number) => <Panel {...({ data: given, options, width, height, replaceVariables: variable } as unknown as data.PanelProps<object>)} />}
    </ui.PanelChrome>
  );
}

document.body.style.background = theme.colors.background.canvas;
document.body.style.color = theme.colors.text.primary;
document.body.style.fontFamily = theme.typography.fontFamily;
const content = await body(params.get('show') ?? 'panel');
const root = document.getElementById('reactRoot');
if (root !== null) createRoot(root).render(<data.ThemeContext.Provider value={theme}>{content}</data.ThemeContext.Provider>);
