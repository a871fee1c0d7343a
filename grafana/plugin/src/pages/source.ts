/** Which data source the pages of the app are fed through. */

import { getDataSourceSrv } from '@grafana/runtime';

const TYPE = 'promscope-topology-datasource';

/** What an administrator chose, kept by Grafana with the app. */
export interface Settings {
  /** The uid of a data source; none: the first there is. */
  readonly source?: string;
}

export interface Source {
  readonly uid: string;
  readonly name: string;
}

export function sources(): readonly Source[] {
  return getDataSourceSrv().getList({ type: TYPE }).map(({ uid, name }) => ({ uid, name }));
}

/** The one that was chosen, or the first; undefined: there is none. */
export function sourceFor({ source }: Settings, all: readonly Source[] = sources()): Source | undefined {
  return all.find(({ uid }) => uid === source) ?? all[0];
}
