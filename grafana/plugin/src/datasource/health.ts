/** What the test button of the data source says: what is there, or what is wrong and the remedy. */

import { decodeOverview } from '@promscope/core';

export interface Health {
  readonly status: 'success' | 'error';
  readonly message: string;
}

/** The API answered with its overview, or with something that is none. */
export function healthOf(raw: unknown): Health {
  const { views, probes, staleReason } = decodeOverview(raw);
  if (views.length === 0) return bad('What answers there is not the Promscope API: write the address of promscope-api, without a path.');
  if (staleReason !== null && staleReason !== '') return bad(`The Promscope API answers, but its map is stale: ${staleReason}`);
  if (probes.length === 0) return bad('The Promscope API answers, but knows no host yet: is promscope-exporter a scrape job of its Prometheus?');
  const containers = views.find(({ id }) => id === 'containers')?.nodes ?? 0;
  const up = probes.filter((probe) => probe.up).length;
  const down = probes.length === up ? '' : ` ${probes.length - up} hosts do not answer.`;
  return { status: 'success', message: `The Promscope API answers: ${containers} containers on ${up} ${up === 1 ? 'host' : 'hosts'}.${down}` };
}

/** There was no good answer; `error` is what Grafana's backend service throws. */
export function troubleOf(error: unknown): Health {
  const { status, data, statusText } = Object(error) as { status?: unknown; statusText?: unknown; data?: { detail?: unknown; message?: unknown } | null };
  const said = [data?.detail, data?.message, statusText, error instanceof Error ? error.message : ''].find((text) => typeof text === 'string' && text !== '');
  const words = typeof said === 'string' ? ` (${said})` : '';
  // Grafana's proxy makes 400 of the API's 401.
  if (status === 400 || status === 401) return bad(`The Promscope API does not accept the token${words}: make one with \`promscope tokens create\` and write it here.`);
  if (status === 403) return bad(`The token may not watch${words}: it needs the permission view.`);
  if (status === 404) return bad(`There is no Promscope API at this URL${words}: write the address of promscope-api, without a path.`);
  return bad(`Grafana's server cannot reach the Promscope API${words}: is promscope-api running, and is the URL right as seen from Grafana's machine?`);
}

/** The words of whatever was thrown, for a panel that has no data. */
export function reasonOf(error: unknown): string {
  const { data } = Object(error) as { data?: { detail?: unknown } | null };
  return typeof data?.detail === 'string' && data.detail !== '' ? data.detail : troubleOf(error).message;
}

function bad(message: string): Health {
  return { status: 'error', message };
}
