/** Where the API is, and the token that Grafana adds to every request. */

import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { InlineField, Input, SecretInput } from '@grafana/ui';
import type { JSX } from 'react';

const LABEL = 12;
const FIELD = 50;

export function ConfigEditor({ options, onOptionsChange }: DataSourcePluginOptionsEditorProps): JSX.Element {
  return (
    <>
      <InlineField label="URL" labelWidth={LABEL} tooltip="Where Grafana's server reaches the Promscope API">
        <Input
          value={options.url}
          width={FIELD}
          placeholder="http://127.0.0.1:10181"
          onChange={(event) => {
            onOptionsChange({ ...options, url: event.currentTarget.value.replace(/\/+$/, '') });
          }}
        />
      </InlineField>
      <InlineField label="Token" labelWidth={LABEL} tooltip="An API token with the view permission; it stays on Grafana's server">
        <SecretInput
          isConfigured={options.secureJsonFields.token === true}
          width={FIELD}
          onReset={() => {
            onOptionsChange({ ...options, secureJsonFields: { ...options.secureJsonFields, token: false }, secureJsonData: { token: '' } });
          }}
          onChange={(event) => {
            onOptionsChange({ ...options, secureJsonData: { token: event.currentTarget.value } });
          }}
        />
      </InlineField>
    </>
  );
}
