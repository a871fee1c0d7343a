import { expect, it } from 'vitest';
import { roleOf } from '../../src/model/role';

const of = (label: string, image = '', kind = 'container'): string => roleOf({ kind, label, facts: image === '' ? {} : { image } });

it.each([
  ['shop-db-1', 'postgres:16', 'database'],
  ['cart-store', 'redis:7', 'cache'],
  ['edge', 'traefik:3', 'proxy'],
  ['bus', 'nats:2.10', 'queue'],
  ['watch', 'prom/prometheus', 'monitor'],
  ['frontend', 'shop/frontend:1', 'application'],
  ['search', 'redis-mirror.example.org/team/search:1', 'application'],
  ['orders-queue', 'postgres:16', 'queue'],
])('guesses %s from its image %s', (label, image, role) => {
  expect(of(label, image)).toBe(role);
});

it('goes by the kind where the kind says it all', () => {
  expect(of('redis-host', '', 'host')).toBe('host');
  expect(of('203.0.113.7', '', 'external')).toBe('external');
  expect(of('internet', '', 'internet')).toBe('internet');
  expect(of('bash', '', 'processes')).toBe('process');
  expect(of('redis-server', '', 'processes')).toBe('cache');
});

it('is not slow or wrong with hostile names (H1)', () => {
  expect(of('__proto__', 'constructor', 'toString')).toBe('application');
  expect(of('a'.repeat(1_000_000), 'redis')).toBe('cache');
});
