/** The settings of the app: which data source its map is of. */

import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { config, getBackendSrv } from '@grafana/runtime';
import { Combobox, InlineField } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';
import { useState, type JSX } from 'react';
import { sourceFor, sources, type Settings } from './source';

export function SettingsPage({ plugin: { meta } }: PluginConfigPageProps<AppPluginMeta<Settings>>): JSX.Element {
  const [chosen, setChosen] = useState(sourceFor(meta.jsonData ?? {})?.uid ?? '');
  const [said, setSaid] = useState('');
  const all = sources();
  if (all.length === 0) return <NoSource />;
  const save = async (source: string): Promise<void> => {
    setChosen(source);
    const data = { enabled: meta.enabled, pinned: meta.pinned, jsonData: { ...meta.jsonData, source } };
    try {
      await lastValueFrom(getBackendSrv().fetch({ url: `/api/plugins/${meta.id}/settings`, method: 'POST', data, showErrorAlert: false }));
      setSaid('Saved: the map shows it when it is opened next.');
    } catch (error) {
      const { data: answer } = Object(error) as { data?: { message?: unknown } };
      setSaid(`Not saved: ${typeof answer?.message === 'string' ? answer.message : 'Grafana did not take it'}.`);
    }
  };
  return (
    <>
      <InlineField label="Data source" labelWidth={16} tooltip="What the page Map shows">
        <Combobox value={chosen} width={40} options={all.map(({ uid, name }) => ({ value: uid, label: name }))} onChange={({ value }) => { void save(value); }} />
      </InlineField>
      {said !== '' && <p role="status">{said}</p>}
    </>
  );
}

/** What to do where the app has nothing to show. */
export function NoSource(): JSX.Element {
  return (
    <p role="status">
      <a href={`${config.appSubUrl ?? ''}/connections/datasources/promscope-topology-datasource`}>Add a data source of the type “Promscope”</a> first: it says where the API is.
    </p>
  );
}
