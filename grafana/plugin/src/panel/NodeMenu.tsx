/** The menu of a node: where its data links lead, and what may be done to it. */

import { ContextMenu, MenuGroup, MenuItem } from '@grafana/ui';
import { Client, type Offer, type TopologyNode } from '@promscope/core';
import { useEffect, useState, type JSX } from 'react';
import { proxyOf } from '../proxy';
import type { NodeLink } from './links';

export interface NodeMenuProps {
  readonly node: TopologyNode;
  readonly links: readonly NodeLink[];
  /** The uid of our data source; null: nobody to ask what may be done. */
  readonly source: string | null;
  readonly x: number;
  readonly y: number;
  readonly onAct: (offer: Offer) => void;
  readonly onClose: () => void;
}

export function NodeMenu({ node, links, source, x, y, onAct, onClose }: NodeMenuProps): JSX.Element {
  const { offers, problem } = useOffers(source, node.id);
  return (
    <ContextMenu
      x={x}
      y={y}
      focusOnOpen
      onClose={onClose}
      renderMenuItems={() => (
        <>
          <MenuGroup label={node.label}>
            {links.map(({ href, title, target }) => (
              <MenuItem key={href} label={title} url={href} target={target} icon="link" />
            ))}
            {links.length === 0 && source === null && <MenuItem label="There is nothing to do here" disabled />}
          </MenuGroup>
          {source !== null && (
            <MenuGroup label="Actions">
              {offers.map((offer) => (
                <MenuItem
                  key={offer.action}
                  label={offer.label}
                  disabled={!offer.allowed}
                  destructive={offer.action === 'remove'}
                  {...(offer.allowed ? {} : { description: offer.reason })}
                  onClick={() => {
                    onAct(offer);
                  }}
                />
              ))}
              {problem !== '' && <MenuItem label={problem} disabled />}
            </MenuGroup>
          )}
        </>
      )}
    />
  );
}

interface Offers {
  readonly offers: readonly Offer[];
  /** Why there are none. */
  readonly problem: string;
}

/** What the API lets this user do to a node. */
function useOffers(source: string | null, id: string): Offers {
  const [found, setFound] = useState<Offers>({ offers: [], problem: 'Loading…' });
  useEffect(() => {
    if (source === null) return undefined;
    const abort = new AbortController();
    new Client({ base: proxyOf(source) }).details(id, null, abort.signal).then(
      ({ actions }) => {
        setFound({ offers: actions, problem: actions.length === 0 ? 'Nothing can be done to it' : '' });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setFound({ offers: [], problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      abort.abort();
    };
  }, [source, id]);
  return found;
}
