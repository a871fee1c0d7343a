/** The streams of a container: its logs. Their code is loaded when one is opened. */

import type { NodeDetails } from '@promscope/core';
import { lazy, Suspense, useState, type JSX } from 'react';
import type { App } from '../state/app';

const Logs = lazy(() => import('../logs/Logs'));

export function Streams({ app, details }: { readonly app: App; readonly details: NodeDetails }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const { node, streams } = details;
  const offer = streams.find(({ action }) => action === 'logs');
  if (offer === undefined) return null;
  return (
    <div className="ps-action-row ps-streams" role="group" aria-label="Streams">
      <button
        type="button"
        className="ps-button"
        aria-disabled={!offer.allowed}
        aria-expanded={open}
        title={offer.allowed ? undefined : offer.reason}
        onClick={() => {
          if (offer.allowed) setOpen(!open);
        }}
      >
        {offer.label}
      </button>
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
