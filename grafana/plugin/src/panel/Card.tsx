/** What the panel says of the node that is chosen, and where its links lead. */

import { useTheme2 } from '@grafana/ui';
import type { TopologyNode } from '@promscope/core';
import type { CSSProperties, JSX } from 'react';
import type { NodeLink } from './links';

export interface CardProps {
  readonly node: TopologyNode;
  readonly links: readonly NodeLink[];
  /** What came of the last action; empty: there was none. */
  readonly said: string;
  readonly onMenu: (x: number, y: number) => void;
}

export function Card({ node, links, said, onMenu }: CardProps): JSX.Element {
  const { colors, shape } = useTheme2();
  const place: CSSProperties = {
    position: 'absolute',
    left: 8,
    bottom: 8,
    maxWidth: 'calc(100% - 16px)',
    padding: '8px 12px',
    overflowWrap: 'anywhere',
    color: colors.text.primary,
    background: colors.background.elevated,
    border: `1px solid ${colors.border.weak}`,
    borderRadius: shape.radius.default,
  };
  const about = [node.sublabel, node.state, ...node.reasons].filter((text) => text !== '').join(' · ');
  return (
    <section aria-label="Chosen node" style={place}>
      <strong>{node.label}</strong>
      {about !== '' && <div style={{ color: colors.text.secondary }}>{about}</div>}
      {links.map(({ href, title, target }) => (
        <a key={href} href={href} target={target} rel="noopener noreferrer" style={{ color: colors.text.link, marginRight: 12 }}>
          {title}
        </a>
      ))}
      <button
        type="button"
        aria-haspopup="menu"
        style={{ padding: 0, border: 0, background: 'none', color: colors.text.link }}
        onClick={({ currentTarget }) => {
          const { left, bottom } = currentTarget.getBoundingClientRect();
          onMenu(left, bottom);
        }}
      >
        Actions
      </button>
      {said !== '' && <div role="status">{said}</div>}
    </section>
  );
}
