/** The data source: asks the API through Grafana's proxy, which keeps the token. */

import { DataSourceApi, type DataQuery, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { config, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { framesOf } from './toframes';

export interface TopologyQuery extends DataQuery {
  view?: string;
}

export const VIEWS = ['hosts', 'containers', 'processes'] as const;
export const DEFAULT_VIEW = 'containers';

export class TopologyDataSource extends DataSourceApi<TopologyQuery> {
  async query(request: DataQueryRequest<TopologyQuery>): Promise<DataQueryResponse> {
    const wanted = request.targets.filter(({ hide }) => hide !== true);
    const answers = await Promise.all(
      wanted.map(async ({ view, refId }) => framesOf(await this.get(`topology/${encodeURIComponent(view ?? DEFAULT_VIEW)}`), refId)),
    );
    return { data: answers.flat() };
  }

  async testDatasource(): Promise<{ status: string; message: string }> {
    try {
      await this.get('topology');
      return { status: 'success', message: 'The Promscope API answers.' };
    } catch (error) {
      return { status: 'error', message: `The Promscope API does not answer: ${reason(error)} Check the URL and the token.` };
    }
  }

  private async get(path: string): Promise<unknown> {
    const url = `${config.appSubUrl ?? ''}/api/datasources/proxy/uid/${this.uid}/api/v1/${path}`;
    const { data } = await lastValueFrom(getBackendSrv().fetch({ url, showErrorAlert: false }));
    return data;
  }
}

/** Grafana's backend service throws `{data: {detail | message}, statusText}`. */
function reason(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { data, statusText } = Object(error) as { data?: { detail?: unknown; message?: unknown }; statusText?: unknown };
  const said = [data?.detail, data?.message, statusText].find((text) => typeof text === 'string' && text !== '');
  return typeof said === 'string' ? said : 'no answer.';
}
