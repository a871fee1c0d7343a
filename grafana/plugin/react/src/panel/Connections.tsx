/** Who it talks to and who talks to it, busiest first. */

import { format, type Connection, type NodeDetails } from '@promscope/core';
import type { JSX } from 'react';
import { Icon } from '../icon';
import { StatusMark } from '../status';

interface ConnectionsProps {
  readonly details: NodeDetails;
  readonly onReveal: (id: string, kind: string) => void;
}

const SHOWN = 50;

export function Connections({ details, onReveal }: ConnectionsProps): JSX.Element {
  if (details.incoming.length + details.outgoing.length === 0) return <p className="ps-empty">No connections seen.</p>;
  return (
    <>
      <Direction name="In" icon="down" connections={details.incoming} onReveal={onReveal} />
      <Direction name="Out" icon="up" connections={details.outgoing} onReveal={onReveal} />
    </>
  );
}

interface DirectionProps {
  readonly name: string;
  readonly icon: 'up' | 'down';
  readonly connections: readonly Connection[];
  readonly onReveal: (id: string, kind: string) => void;
}

function Direction({ name, icon, connections, onReveal }: DirectionProps): JSX.Element | null {
  if (connections.length === 0) return null;
  const sorted = [...connections].sort((one, other) => (other.rate ?? -1) - (one.rate ?? -1));
  return (
    <div className="ps-direction">
      <h4>
        <Icon name={icon} size={12} /> {name} <span className="ps-count">{connections.length}</span>
      </h4>
      <ul className="ps-refs">
        {sorted.slice(0, SHOWN).map((connection, index) => (
          <li key={`${connection.node.id} ${connection.port ?? ''} ${connection.protocol} ${index}`}>
            <button
              type="button"
              className="ps-ref"
              onClick={() => {
                onReveal(connection.node.id, connection.node.kind);
              }}
            >
              <StatusMark status={connection.node.status} />
              <span className="ps-cut">{connection.node.label}</span>
              <span className="ps-port">
                {connection.port === null ? '' : `:${connection.port}`}
                {connection.protocol === 'tcp' ? '' : `/${connection.protocol}`}
              </span>
              <span className="ps-number" title={connection.rate === null ? 'The kernel does not count the bytes of this connection.' : undefined}>
                {connection.rate === null ? 'bytes unknown' : format.rate(connection.rate)}
              </span>
              <span className="ps-number ps-faint" title="open connections">
                {format.count(connection.connections)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {sorted.length > SHOWN && <p className="ps-empty">+{sorted.length - SHOWN} more with less traffic</p>}
    </div>
  );
}
