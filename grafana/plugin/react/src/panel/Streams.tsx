/** The streams of a container: its logs, and terminals. Their code is loaded when one is opened. */

import type { NodeDetails, Offer } from '@promscope/core';
import { lazy, Suspense, useState, type JSX } from 'react';
import type { App } from '../state/app';

const Logs = lazy(() => import('../logs/Logs'));

export function Streams({ app, details }: { readonly app: App; readonly details: NodeDetails }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const { node, streams } = details;
  const logs = streams.find(({ action }) => action === 'logs');
  const exec = streams.find(({ action }) => action === 'exec');
  if (logs === undefined && exec === undefined) return null;
  return (
    <div className="ps-action-row ps-streams" role="group" aria-label="Streams">
      {logs !== undefined && (
        <Open
          offer={logs}
          expanded={open}
          onOpen={() => {
            setOpen(!open);
          }}
        />
      )}
      {exec !== undefined && (
        <Open
          offer={exec}
          onOpen={() => {
            app.terminals.show(node.id, node.label);
          }}
        />
      )}
      {open && (
        <Suspense fallback={null}>
          <Logs
            app={app}
            node={node.id}
            name={node.label}
            onClose={() => {
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

interface OpenProps {
  readonly offer: Offer;
  readonly expanded?: boolean;
  readonly onOpen: () => void;
}

/** aria-disabled keeps it reachable by keyboard, so that its reason can be read. */
function Open({ offer, expanded, onOpen }: OpenProps): JSX.Element {
  return (
    <button
      type="button"
      className="ps-button"
      aria-disabled={!offer.allowed}
      aria-expanded={expanded}
      title={offer.allowed ? undefined : offer.reason}
      onClick={() => {
        if (offer.allowed) onOpen();
      }}
    >
      {offer.label}
    </button>
  );
}
