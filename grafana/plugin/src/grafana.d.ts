/**
 * The parts of Grafana's packages that the plugin uses. They are given by Grafana at run time and
 * weigh half a gigabyte, so only the harness installs them; there the same sources are checked
 * against the real declarations.
 */

declare module '@grafana/data' {
  import type { ComponentType } from 'react';

  export enum FieldType {
    string = 'string',
    number = 'number',
  }
  export interface Field {
    name: string;
    type: FieldType;
    config: { displayName?: string; unit?: string; color?: { mode: string; fixedColor?: string } };
    values: unknown[];
  }
  export interface DataFrame {
    name?: string;
    refId?: string;
    length: number;
    fields: Field[];
    meta?: { preferredVisualisationType?: 'nodeGraph'; custom?: Record<string, unknown> };
  }
  export interface PanelProps<T> {
    data: { series: DataFrame[]; state: string };
    options: T;
    width: number;
    height: number;
  }
  export interface SelectOption<T> {
    value: T;
    label: string;
  }
  export interface OptionsBuilder {
    addSelect<T>(option: { path: string; name: string; description?: string; defaultValue: T; settings: { options: SelectOption<T>[] } }): this;
  }
  export class PanelPlugin<T = unknown> {
    constructor(panel: ComponentType<PanelProps<T>>);
    setPanelOptions(build: (builder: OptionsBuilder) => void): this;
  }
  export class AppPlugin {
    setRootPage(page: ComponentType): this;
  }
  export interface DataQuery {
    refId: string;
    hide?: boolean;
  }
  export interface DataSourceInstanceSettings {
    uid: string;
    url?: string;
  }
  export interface DataSourceSettings {
    url: string;
    secureJsonFields: Record<string, boolean>;
    secureJsonData?: Record<string, unknown>;
  }
  export interface DataSourcePluginOptionsEditorProps {
    options: DataSourceSettings;
    onOptionsChange: (options: DataSourceSettings) => void;
  }
  export interface QueryEditorProps<D, Q> {
    datasource: D;
    query: Q;
    onChange: (query: Q) => void;
    onRunQuery: () => void;
  }
  export interface DataQueryRequest<Q> {
    targets: Q[];
  }
  export interface DataQueryResponse {
    data: DataFrame[];
  }
  export abstract class DataSourceApi<Q extends DataQuery = DataQuery> {
    constructor(settings: DataSourceInstanceSettings);
    readonly uid: string;
    abstract query(request: DataQueryRequest<Q>): Promise<DataQueryResponse>;
    abstract testDatasource(): Promise<{ status: string; message: string }>;
  }
  export class DataSourcePlugin<D, Q> {
    constructor(source: new (settings: DataSourceInstanceSettings) => D);
    setConfigEditor(editor: ComponentType<DataSourcePluginOptionsEditorProps>): this;
    setQueryEditor(editor: ComponentType<QueryEditorProps<D, Q>>): this;
  }
}

declare module '@grafana/ui' {
  import type { ChangeEvent, ComponentType, ReactNode } from 'react';

  export interface Theme {
    isDark: boolean;
    colors: { background: { primary: string } };
    typography: { fontFamily: string };
  }
  export function useTheme2(): Theme;
  export const InlineField: ComponentType<{ label: string; labelWidth?: number; tooltip?: string; children: ReactNode }>;
  export const Input: ComponentType<{ value: string; width?: number; placeholder?: string; onChange: (event: ChangeEvent<HTMLInputElement>) => void }>;
  export const SecretInput: ComponentType<{
    isConfigured: boolean;
    width?: number;
    placeholder?: string;
    onReset: () => void;
    onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  }>;
  export const Combobox: ComponentType<{
    value: string;
    width?: number;
    options: { value: string; label: string }[];
    onChange: (option: { value: string }) => void;
  }>;
}

declare module '@grafana/runtime' {
  import type { Observable } from 'rxjs';

  export const config: { appSubUrl?: string };
  export function getDataSourceSrv(): { getList: (filter: { type: string }) => { uid: string; name: string }[] };
  export function getBackendSrv(): {
    fetch: (request: { url: string; showErrorAlert?: boolean }) => Observable<{ data: unknown }>;
  };
}

declare module 'rxjs' {
  export interface Observable<T> {
    subscribe: (next: (value: T) => void) => unknown;
  }
  export function lastValueFrom<T>(source: Observable<T>): Promise<T>;
}
