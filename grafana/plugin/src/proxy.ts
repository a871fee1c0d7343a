/** Where Grafana's proxy to the API of a data source is. */

import { config } from '@grafana/runtime';

/** Of the data source with this uid, without a slash at the end. */
export function proxyOf(uid: string): string {
  return `${config.appSubUrl ?? ''}/api/datasources/proxy/uid/${encodeURIComponent(uid)}`;
}
