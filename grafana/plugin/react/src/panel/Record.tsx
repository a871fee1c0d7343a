/** What only the probe's tunnel tells of a container: ports, mounts, labels, environment names. */

import type { ContainerRecord } from '@promscope/core';
import type { JSX } from 'react';
import { Pairs } from './Facts';
import { Section } from './Section';

export function RecordSections({ record }: { readonly record: ContainerRecord }): JSX.Element {
  const labels = Object.entries(record.labels).sort(([one], [other]) => one.localeCompare(other));
  const annotations = Object.entries(record.annotations).sort(([one], [other]) => one.localeCompare(other));
  return (
    <>
      {record.ports.length > 0 && (
        <Section name="Ports" count={record.ports.length}>
          <Pairs
            rows={record.ports.map((port) => [
              `${port.port}/${port.protocol}`,
              port.hostPort > 0 ? `published at ${bracketed(port.hostIp)}:${port.hostPort}` : 'exposed to its networks only',
            ])}
          />
        </Section>
      )}
      {record.mounts.length > 0 && (
        <Section name="Mounts" count={record.mounts.length}>
          <Pairs rows={record.mounts.map((mount) => [mount.destination, `${mount.kind} ${mount.source}${mount.readOnly ? ' (read only)' : ''}`])} />
        </Section>
      )}
      {record.networks.length > 0 && (
        <Section name="Networks" count={record.networks.length}>
          <Pairs rows={record.networks.map((network) => [network.name, network.addresses.join(', ') || 'no address'])} />
        </Section>
      )}
      {labels.length > 0 && (
        <Section name="Labels" count={labels.length}>
          <Pairs rows={labels} />
        </Section>
      )}
      {annotations.length > 0 && (
        <Section name="Annotations" count={annotations.length}>
          <Pairs rows={annotations} />
        </Section>
      )}
      {record.environment.length > 0 && (
        <Section name="Environment" count={record.environment.length}>
          <Pairs rows={record.environment.map((name) => [name, '•••••• (masked)'])} />
        </Section>
      )}
    </>
  );
}

function bracketed(ip: string): string {
  return ip.includes(':') ? `[${ip}]` : ip === '' ? '*' : ip;
}
