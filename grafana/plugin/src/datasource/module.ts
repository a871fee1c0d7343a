/** The data source plugin, as Grafana loads it. */

import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './ConfigEditor';
import { QueryEditor } from './QueryEditor';
import type { TopologyQuery } from './query';
import { TopologyDataSource } from './TopologyDataSource';

export const plugin = new DataSourcePlugin<TopologyDataSource, TopologyQuery>(TopologyDataSource).setConfigEditor(ConfigEditor).setQueryEditor(QueryEditor);
