/** What somebody wants done to a node, and doing it through the data source. */

import type { Client, Offer, TopologyNode } from '@promscope/core';

export interface Wish {
  readonly node: TopologyNode;
  readonly offer: Offer;
  /** The uid of the data source that the node is from. */
  readonly source: string;
}

/** What interrupts whoever uses the node. */
const INTERRUPTS = new Set(['stop', 'restart', 'kill', 'remove']);

export function mustAsk({ action, confirm }: Offer): boolean {
  return confirm !== '' || INTERRUPTS.has(action);
}

/** Do it; what to say of it. */
export async function fulfil({ node, offer }: Wish, client: Client): Promise<string> {
  const said = `${offer.label} ${node.label}`;
  try {
    return `${said}: ${await client.act(node.id, offer.action)}`;
  } catch (error) {
    return `${said}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
