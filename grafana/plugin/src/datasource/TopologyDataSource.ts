/** The data source: asks the API through Grafana's proxy, which keeps the token. */

import { DataSourceApi, LoadingState, type DataFrame, type DataQueryRequest, type DataQueryResponse, type MetricFindValue, type ScopedVars } from '@grafana/data';
import { getBackendSrv, getTemplateSrv } from '@grafana/runtime';
import { decode, decodeOverview, decodeTopology, queryOf } from '@promscope/core';
import { from, lastValueFrom, map, merge, type Observable } from 'rxjs';
import { proxyOf } from '../proxy';
import { followed } from './live';
import { healthOf, reasonOf, troubleOf, type Health } from './health';
import { addressOf, DEFAULT_VIEW, kindOf, type Kind, type Span, type TopologyQuery } from './query';
import { seriesOf } from './series';
import { auditTable, changesTable, eventsTable, nodesTable } from './tables';
import { framesOf } from './toframes';

type TableKind = Exclude<Kind, 'map' | 'numbers'>;
const TABLES: Readonly<Record<TableKind, (raw: unknown) => DataFrame>> = { table: nodesTable, changes: changesTable, events: eventsTable, audit: auditTable };

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export class TopologyDataSource extends DataSourceApi<TopologyQuery> {
  /** Any query whose answer has times is an annotation: of ours, events. */
  override annotations = {};

  override getDefaultQuery(): Partial<TopologyQuery> {
    return { kind: 'map', view: DEFAULT_VIEW };
  }

  /** One answer for each query; a map of now goes on answering as it changes. */
  query(request: DataQueryRequest<TopologyQuery>): Observable<DataQueryResponse> {
    const span = spanOf(request);
    const wanted = request.targets.filter(({ hide }) => hide !== true).map((query) => replaced(query, request.scopedVars));
    return merge(...wanted.map((query) => (kindOf(query) === 'map' && span.live ? this.follow(query) : this.answer(query, span))));
  }

  async testDatasource(): Promise<Health> {
    try {
      return healthOf(await this.get('topology'));
    } catch (error) {
      return troubleOf(error);
    }
  }

  /** Values of a dashboard variable: the names of what a view has; the view is the first word of
   *  the query and its filter the rest, such as `containers label.app = shop`. */
  override async metricFindQuery(query: unknown): Promise<MetricFindValue[]> {
    const text = getTemplateSrv().replace(typeof query === 'string' ? query.trim() : '');
    const [view = '', ...rest] = text.split(/\s+/);
    const raw = await this.get(addressOf({ refId: 'variable', kind: 'table', view, filter: rest.join(' ') }, { from: 0, to: 0, live: true }));
    const names = decode.list(decode.object(raw).items).map((item) => decode.text(decode.object(item).label));
    return [...new Set(names)].filter((name) => name !== '').map((name) => ({ text: name, value: name }));
  }

  /** The views there are, for the query editor. */
  async views(): Promise<Choice[]> {
    return decodeOverview(await this.get('topology')).views.map(({ id, label }) => ({ value: id, label }));
  }

  /** The filter as far as it is written, followed by each thing that may come next. */
  async completions(filter: string): Promise<Choice[]> {
    const raw = decode.object(await this.get(`query/completions${queryOf({ q: filter, cursor: String(filter.length) })}`));
    const [start, end] = [decode.number(raw.start) ?? filter.length, decode.number(raw.end) ?? filter.length];
    return decode.list(raw.options).map((item) => {
      const { text, detail } = decode.object(item);
      const whole = filter.slice(0, start) + decode.text(text) + filter.slice(end);
      return { value: whole, label: [whole, decode.text(detail)].filter((part) => part !== '').join(' — ') };
    });
  }

  private follow({ view, filter = '', refId }: TopologyQuery): Observable<DataQueryResponse> {
    const lens = { view: view === undefined || view === '' ? DEFAULT_VIEW : view, filter, moment: null };
    return followed(proxyOf(this.uid), lens).pipe(map((topology) => ({ data: framesOf(topology, topology, refId, this.uid), key: refId, state: LoadingState.Streaming })));
  }

  private answer(query: TopologyQuery, span: Span): Observable<DataQueryResponse> {
    return from(this.frames(query, span)).pipe(map((data) => ({ data, key: query.refId, state: LoadingState.Done })));
  }

  private async frames(query: TopologyQuery, span: Span): Promise<DataFrame[]> {
    try {
      const raw = await this.get(addressOf(query, span));
      const kind = kindOf(query);
      if (kind === 'numbers') return seriesOf(raw, query.refId);
      return kind === 'map' ? framesOf(decodeTopology(raw), raw, query.refId, this.uid) : [{ ...TABLES[kind](raw), refId: query.refId }];
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  }

  private async get(path: string): Promise<unknown> {
    const url = `${proxyOf(this.uid)}/api/v1/${path}`;
    const { data } = await lastValueFrom(getBackendSrv().fetch({ url, showErrorAlert: false }));
    return data;
  }
}

function spanOf({ range }: DataQueryRequest<TopologyQuery>): Span {
  return { from: range.from.valueOf() / 1000, to: range.to.valueOf() / 1000, live: range.raw.to === 'now' };
}

function replaced(query: TopologyQuery, scoped?: ScopedVars): TopologyQuery {
  const replace = (text = ''): string => getTemplateSrv().replace(text, scoped);
  return { ...query, view: replace(query.view), filter: replace(query.filter), by: replace(query.by), node: replace(query.node) };
}
