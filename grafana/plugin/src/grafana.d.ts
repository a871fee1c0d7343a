/**
 * The parts of Grafana's packages that the plugin uses. They are given by Grafana at run time and
 * weigh half a gigabyte, so only the harness installs them; there the same sources are checked
 * against the real declarations.
 */

declare module '@grafana/data' {
  import type { ComponentType } from 'react';
  import type { Observable } from 'rxjs';

  export enum FieldType {
    string = 'string',
    number = 'number',
    time = 'time',
  }
  export interface Field {
    name: string;
    type: FieldType;
    config: { displayName?: string; unit?: string; color?: { mode: string; fixedColor?: string }; links?: { title: string; url: string }[] };
    values: unknown[];
    getLinks?: (row: { valueRowIndex: number }) => { href: string; title: string; target: string | undefined }[];
  }
  export enum LoadingState {
    Done = 'Done',
    Streaming = 'Streaming',
  }
  export interface DataFrame {
    name?: string;
    refId?: string;
    length: number;
    fields: Field[];
    meta?: { preferredVisualisationType?: 'nodeGraph' | 'table'; custom?: Record<string, unknown> };
  }
  export interface PanelProps<T> {
    data: { series: DataFrame[]; state: string };
    options: T;
    width: number;
    height: number;
    replaceVariables: (text: string) => string;
  }
  export interface SelectOption<T> {
    value: T;
    label: string;
  }
  export interface OptionsBuilder {
    addSelect<T>(option: { path: string; name: string; description?: string; defaultValue: T; settings: { options: SelectOption<T>[] } }): this;
    addBooleanSwitch(option: { path: string; name: string; description?: string; defaultValue: boolean }): this;
    addNumberInput(option: { path: string; name: string; description?: string; defaultValue?: number; settings?: { placeholder?: string } }): this;
    addTextInput(option: { path: string; name: string; description?: string; defaultValue: string; settings?: { placeholder?: string } }): this;
  }
  export class PanelPlugin<T = unknown> {
    constructor(panel: ComponentType<PanelProps<T>>);
    setPanelOptions(build: (builder: OptionsBuilder) => void): this;
  }
  export interface AppPluginMeta<T> {
    id: string;
    enabled?: boolean;
    pinned?: boolean;
    jsonData?: T;
  }
  export interface AppRootProps<T> {
    meta: AppPluginMeta<T>;
  }
  export interface PluginConfigPageProps<M> {
    plugin: { meta: M };
  }
  export class AppPlugin<T> {
    setRootPage(page: ComponentType<AppRootProps<T>>): this;
    addConfigPage(page: { id: string; title: string; icon: 'cog'; body: ComponentType<PluginConfigPageProps<AppPluginMeta<T>>> }): this;
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
  export type ScopedVars = Record<string, { text?: unknown; value: unknown } | undefined>;
  export interface Moment {
    valueOf: () => number;
  }
  export interface TimeRange {
    from: Moment;
    to: Moment;
    raw: { from: Moment | string; to: Moment | string };
  }
  export interface DataQueryRequest<Q> {
    targets: Q[];
    range: TimeRange;
    scopedVars?: ScopedVars;
  }
  export interface MetricFindValue {
    text: string;
    value?: string | number;
  }
  export interface DataQueryResponse {
    data: DataFrame[];
    key?: string;
    state?: LoadingState;
  }
  export abstract class DataSourceApi<Q extends DataQuery = DataQuery> {
    constructor(settings: DataSourceInstanceSettings);
    readonly uid: string;
    annotations?: object;
    getDefaultQuery?(): Partial<Q>;
    metricFindQuery?(query: unknown): Promise<MetricFindValue[]>;
    abstract query(request: DataQueryRequest<Q>): Observable<DataQueryResponse>;
    abstract testDatasource(): Promise<{ status: string; message: string }>;
  }
  export class DataSourcePlugin<D, Q> {
    constructor(source: new (settings: DataSourceInstanceSettings) => D);
    setConfigEditor(editor: ComponentType<DataSourcePluginOptionsEditorProps>): this;
    setQueryEditor(editor: ComponentType<QueryEditorProps<D, Q>>): this;
  }
}

declare module '@grafana/ui' {
  import type { ChangeEvent, ComponentType, JSX, ReactNode } from 'react';

  export interface Theme {
    isDark: boolean;
    colors: {
      background: { primary: string; elevated: string };
      border: { weak: string };
      text: { primary: string; secondary: string; link: string };
    };
    shape: { radius: { default: string } };
    typography: { fontFamily: string };
  }
  export function useTheme2(): Theme;
  export const InlineField: ComponentType<{ label: string; labelWidth?: number; tooltip?: string; children: ReactNode }>;
  export const Input: ComponentType<{ value: string; width?: number; placeholder?: string; onChange: (event: ChangeEvent<HTMLInputElement>) => void; onBlur?: () => void }>;
  export const SecretInput: ComponentType<{
    isConfigured: boolean;
    width?: number;
    placeholder?: string;
    onReset: () => void;
    onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  }>;
  export const ContextMenu: ComponentType<{ x: number; y: number; onClose?: () => void; focusOnOpen?: boolean; renderMenuItems?: () => ReactNode }>;
  export const MenuGroup: ComponentType<{ label?: string; children: ReactNode }>;
  export const MenuItem: ComponentType<{
    label: string;
    description?: string;
    url?: string;
    target?: '_blank' | '_self';
    icon?: 'link';
    disabled?: boolean;
    destructive?: boolean;
    onClick?: () => void;
  }>;
  export const ConfirmModal: ComponentType<{ isOpen: boolean; title: string; body: ReactNode; confirmText: string; onConfirm: () => void; onDismiss: () => void }>;
  export interface ComboboxOption<T> {
    value: T;
    label?: string;
  }
  export type ComboboxProps<T> = {
    value: T | null;
    width?: number;
    placeholder?: string;
    createCustomValue?: boolean;
    options: ComboboxOption<T>[] | ((written: string) => Promise<ComboboxOption<T>[]>);
  } & ({ isClearable: true; onChange: (option: ComboboxOption<T> | null) => void } | { isClearable?: false; onChange: (option: ComboboxOption<T>) => void });
  export function Combobox<T extends string>(props: ComboboxProps<T>): JSX.Element;
}

declare module '@grafana/runtime' {
  import type { ScopedVars } from '@grafana/data';
  import type { Observable } from 'rxjs';

  export const config: { appSubUrl?: string };
  export function getDataSourceSrv(): { getList: (filter: { type: string }) => { uid: string; name: string }[] };
  export function getTemplateSrv(): {
    replace: (text: string, scoped?: ScopedVars) => string;
    getVariables: () => ({ name: string } | { name: string; includeAll: boolean })[];
  };
  export const locationService: { partial: (query: Record<string, unknown>, replace?: boolean) => void };
  export function getBackendSrv(): {
    fetch: (request: { url: string; method?: 'POST'; data?: unknown; showErrorAlert?: boolean }) => Observable<{ data: unknown }>;
  };
}

declare module 'rxjs' {
  export interface Subscriber<T> {
    next: (value: T) => void;
    error: (error: unknown) => void;
  }
  export class Observable<T> {
    constructor(subscribe: (subscriber: Subscriber<T>) => () => void);
    subscribe(next: (value: T) => void): { unsubscribe: () => void };
    pipe<R>(operator: (source: Observable<T>) => Observable<R>): Observable<R>;
  }
  export function from<T>(source: Promise<T>): Observable<T>;
  export function map<T, R>(change: (value: T) => R): (source: Observable<T>) => Observable<R>;
  export function merge<T>(...sources: Observable<T>[]): Observable<T>;
  export function lastValueFrom<T>(source: Observable<T>): Promise<T>;
}
