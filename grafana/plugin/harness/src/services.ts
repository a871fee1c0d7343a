/** The two services of Grafana's runtime that the plugin asks for. */

import { setBackendSrv, setDataSourceSrv, type BackendSrv, type BackendSrvRequest, type DataSourceSrv } from '@grafana/runtime';
import { from } from 'rxjs';

export function fakeServices(uid: string): void {
  setBackendSrv({
    fetch: ({ url }: BackendSrvRequest) =>
      from(
        fetch(url).then(async (response) => {
          const data: unknown = await response.json();
          // Grafana throws the answer itself.
          if (!response.ok) throw Object.assign(new Error(response.statusText), { data });
          return { data };
        }),
      ),
  } as unknown as BackendSrv);
  setDataSourceSrv({ getList: () => [{ uid, name: 'Promscope' }] } as unknown as DataSourceSrv);
}
