/** What is under the pointer, in a few words. Styled by script alone: it also lives in Grafana. */

import { css, format, linkText, measure, OWN_FIGURE, SIZE_METRICS, type Hit, type Link, type Palette, type SizeMetric } from '@promscope/core';
import type { CSSProperties, JSX } from 'react';

interface TooltipProps {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
  /** Open towards the left, and upwards: near the far borders of the map. */
  readonly leftwards: boolean;
  readonly upwards: boolean;
  readonly palette: Palette;
  readonly size: SizeMetric;
}

const OFFSET = 14;
const WIDTH = 300;

export function Tooltip({ hit, x, y, leftwards, upwards, palette, size }: TooltipProps): JSX.Element {
  const style: CSSProperties = {
    position: 'absolute',
    pointerEvents: 'none',
    left: x + OFFSET,
    top: y + OFFSET,
    maxWidth: WIDTH,
    transform: `translate(${leftwards ? `calc(-100% - ${2 * OFFSET}px)` : '0'}, ${upwards ? `calc(-100% - ${2 * OFFSET}px)` : '0'})`,
    padding: '8px 11px',
    borderRadius: 9,
    background: css(palette.raised, 0.97),
    border: `1px solid ${css(palette.line)}`,
    boxShadow: palette.name === 'dark' ? '0 8px 28px rgb(0 0 0 / 0.45)' : '0 8px 28px rgb(30 45 80 / 0.16)',
    color: css(palette.text),
    fontSize: 12.5,
    lineHeight: 1.45,
    overflowWrap: 'anywhere',
    zIndex: 2,
  };
  return (
    <div style={style} role="presentation" className="ps-tooltip">
      {hit.type === 'link' ? <LinkText link={hit.link} palette={palette} /> : <NodeText hit={hit} palette={palette} size={size} />}
    </div>
  );
}

function LinkText({ link, palette }: { readonly link: Link; readonly palette: Palette }): JSX.Element {
  const soft: CSSProperties = { color: css(palette.soft) };
  const edge = link.edges.length === 1 ? link.edges[0] : undefined;
  return (
    <>
      <div style={{ fontWeight: 600 }}>
        {link.source.label.slice(0, 60)} → {link.target.label.slice(0, 60)}
      </div>
      <div style={soft}>{linkText(link)}</div>
      {link.edges.length > 1 && <div style={soft}>{link.edges.length} edges together</div>}
      {edge?.bytesPerSecond != null && (
        <div style={soft}>
          ↑ {format.rate(edge.bytesPerSecond.transmit)} · ↓ {format.rate(edge.bytesPerSecond.receive)}
        </div>
      )}
      {edge?.service != null && (
        <div style={soft}>
          through {edge.service.ip}:{edge.service.port}
        </div>
      )}
    </>
  );
}

function NodeText({ hit, palette, size }: { readonly hit: Exclude<Hit, { type: 'link' }>; readonly palette: Palette; readonly size: SizeMetric }): JSX.Element {
  const { bubble } = hit;
  const { node } = bubble;
  const soft: CSSProperties = { color: css(palette.soft) };
  if (node === null) {
    const ill = bubble.tally.warning + bubble.tally.critical;
    return (
      <>
        <div style={{ fontWeight: 600 }}>{bubble.label.slice(0, 120)}</div>
        <div style={soft}>
          {bubble.count} inside{ill > 0 ? ` · ${ill} unhealthy` : ''}
        </div>
      </>
    );
  }
  const metric = SIZE_METRICS.find(({ id }) => id === size);
  const value = measure(node, size);
  return (
    <>
      <div style={{ fontWeight: 600 }}>{node.label.slice(0, 120)}</div>
      {node.sublabel !== '' && <div style={soft}>{node.sublabel.slice(0, 120)}</div>}
      {node.reasons.map((reason) => (
        <div key={reason} style={{ color: css(palette.status[node.status]) }}>
          {reason.slice(0, 160)}
        </div>
      ))}
      {node.facts[OWN_FIGURE] !== undefined && <div style={soft}>{node.facts[OWN_FIGURE].slice(0, 60)}</div>}
      {metric !== undefined && size !== 'none' && value !== null && node.facts[OWN_FIGURE] === undefined && (
        <div style={soft}>
          {metric.label} {format.withUnit(value, metric.unit)}
        </div>
      )}
    </>
  );
}
