/** What can be done to a node; what cannot is greyed and says why. */

import type { NodeDetails, Offer } from '@promscope/core';
import { useId, useState, type JSX } from 'react';
import { Limits } from '../dialog/Limits';
import { SignInLink } from '../dialog/SignInLink';
import type { App } from '../state/app';
import { useStore } from '../state/store';

export function Actions({ app, details }: { readonly app: App; readonly details: NodeDetails }): JSX.Element {
  const busy = useStore(app.state, (state) => state.busy);
  const hint = useId();
  const { node, actions } = details;
  const [limiting, setLimiting] = useState<Offer | null>(null);
  const common = commonReason(actions.filter(({ action }) => action !== 'update'));
  const anonymous = useStore(app.state, (state) => state.session?.user == null);
  return (
    <div className="ps-actions">
      <div className="ps-action-row" role="group" aria-label="Actions">
        {actions.map((offer) => (
          // aria-disabled keeps it reachable by keyboard, so that its reason can be read.
          <button
            key={offer.action}
            type="button"
            className={offer.action === 'remove' ? 'ps-button ps-danger' : 'ps-button'}
            aria-disabled={!offer.allowed || busy !== null}
            aria-describedby={common === null || offer.action === 'update' ? undefined : hint}
            title={offer.allowed ? undefined : offer.reason}
            onClick={() => {
              if (!offer.allowed || busy !== null) return;
              if (offer.action === 'update') setLimiting(offer);
              else app.request(node.id, node.label, offer);
            }}
          >
            {busy === offer.action ? '…' : offer.label}
          </button>
        ))}
      </div>
      {limiting !== null && (
        <Limits
          name={node.label}
          record={details.record}
          onAnswer={(wanted) => {
            setLimiting(null);
            if (wanted !== null) void app.act(node.id, node.label, limiting, wanted);
          }}
        />
      )}
      {common !== null && (
        <p id={hint} className="ps-hint">
          {common}
          {anonymous && <SignInLink app={app} />}
        </p>
      )}
    </div>
  );
}

/** The reason when one and the same forbids everything. */
function commonReason(actions: readonly Offer[]): string | null {
  const [first] = actions;
  if (first === undefined || first.allowed || first.reason === '') return null;
  return actions.every((offer) => !offer.allowed && offer.reason === first.reason) ? first.reason : null;
}
