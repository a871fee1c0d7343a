import { expect, it } from 'vitest';
import { decodeDetails } from '../../src/api/details';
import { node } from '../topologies';

it('reads a node with everything', () => {
  const found = decodeDetails({
    node: node('container:1'),
    record: { id: 'f00', labels: { a: 'b' }, environment: { PASSWORD: '***' }, ports: [{ port: 80, protocol: 'tcp', host_ip: '::', host_port: 8080 }], memory_limit_bytes: 64 },
    info: { image: 'redis' },
    connections: { incoming: [{ node: { id: 'container:2', label: 'web' }, port: 6379, protocol: 'tcp', connections: 3, bytes_per_second: { transmit: 1, receive: 2 } }] },
    actions: [{ action: 'stop', label: 'Stop', allowed: true, reason: '', confirm: '' }],
    not_measured: [{ field: 'disk_read', reason: 'cgroup v1' }],
  });
  expect(found?.incoming[0]).toMatchObject({ rate: 3, port: 6379, node: { id: 'container:2' } });
  expect(found?.outgoing).toEqual([]);
  expect(found?.record).toMatchObject({ memoryLimit: 64, ports: [{ hostPort: 8080 }] });
  expect(found?.processes).toBeNull();
});

it('keeps the names of the environment only', () => {
  const found = decodeDetails({ node: node('container:1'), record: { environment: { PASSWORD: 'hunter2' } } });
  expect(found?.record?.environment).toEqual(['PASSWORD']);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

it('allows nothing that the API did not', () => {
  const found = decodeDetails({ node: node('container:1'), actions: [{ action: 'remove', allowed: 'yes' }, {}] });
  expect(found?.actions.some(({ allowed }) => allowed)).toBe(false);
});
