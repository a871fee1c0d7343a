/** The data source plugin, as Grafana loads it. */

import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './ConfigEditor';
import { QueryEditor } from './QueryEditor';
import { TopologyDataSource, type TopologyQuery } from './TopologyDataSource';

export const plugin = new DataSourcePlugin<TopologyDataSource, TopologyQuery>(TopologyDataSource).setConfigEditor(ConfigEditor).setQueryEditor(QueryEditor);
