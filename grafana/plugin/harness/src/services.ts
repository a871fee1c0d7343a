/** The services of Grafana's runtime that the plugin asks for. */

import { setBackendSrv, setDataSourceSrv, setTemplateSrv, type BackendSrv, type BackendSrvRequest, type DataSourceSrv, type TemplateSrv } from '@grafana/runtime';
import { from } from 'rxjs';

export function fakeServices(uid: string): void {
  setBackendSrv({
    fetch: ({ url, method = 'GET', data: body }: BackendSrvRequest) =>
      from(
        fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).then(async (response) => {
          const data: unknown = await response.json();
          // Grafana throws the answer itself.
          if (!response.ok) throw Object.assign(new Error(response.statusText), { data, status: response.status, statusText: response.statusText });
          return { data };
        }),
      ),
  } as unknown as BackendSrv);
  setTemplateSrv({ replace: variable, getVariables: () => [{ name: 'container', includeAll: true }] } as unknown as TemplateSrv);
  setDataSourceSrv({ getList: () => [{ uid, name: 'Promscope' }, { uid: 'second', name: 'Promscope west' }] } as unknown as DataSourceSrv);
}

/** `$container` as the address of the dashboard has it. */
export function variable(text = ''): string {
  return text.replace(/\$\{?container\}?/g, new URLSearchParams(location.search).get('var-container') ?? '');
}
