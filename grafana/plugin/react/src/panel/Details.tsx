/** The panel at the right: everything known about the selected node. */

import { roleOf, type NodeDetails, type NodeRef, type Sparklines as SparklineData, type TopologyNode } from '@promscope/core';
import { useEffect, useRef, type JSX } from 'react';
import { Icon } from '../icon';
import { kindWord } from '../kind';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import { useStore } from '../state/store';
import { RoleMark, StatusChip, StatusMark } from '../status';
import { Actions } from './Actions';
import { ChangedFiles } from './ChangedFiles';
import { Connections } from './Connections';
import { Facts } from './Facts';
import { FilesSection } from './FilesSection';
import { Inspection } from './Inspection';
import { LiveConnections } from './LiveConnections';
import { Processes } from './Processes';
import { RecordSections } from './Record';
import { Section } from './Section';
import { Sparklines } from './Sparklines';
import { Streams } from './Streams';

interface DetailsProps {
  readonly app: App;
  readonly onReveal: (id: string, kind: string) => void;
  readonly onLocate: (id: string) => void;
}

export function Details({ app, onReveal, onLocate }: DetailsProps): JSX.Element | null {
  const selected = useStore(app.state, (state) => state.selected);
  const details = useStore(app.details.state, (state) => state.details);
  const sparklines = useStore(app.details.state, (state) => state.sparklines);
  const problem = useStore(app.details.state, (state) => state.problem);
  const topology = useTopology(app.topology);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (panel.current !== null) panel.current.scrollTop = 0;
  }, [selected]);
  if (selected === null) return null;
  const node = topology?.nodes.get(selected) ?? details?.node ?? null;
  return (
    <aside ref={panel} className="ps-details" aria-label="Details" tabIndex={-1}>
      <Head
        node={node}
        id={selected}
        onLocate={() => {
          onLocate(selected);
        }}
        onClose={() => {
          app.select(null);
        }}
      />
      {problem !== '' && (
        <p className="ps-note ps-note-warning" role="alert">
          {problem}
        </p>
      )}
      {node !== null && node.reasons.length > 0 && <Reasons node={node} />}
      {details === null && problem === '' && <Loading />}
      {details !== null && <Body app={app} details={details} sparklines={sparklines} onReveal={onReveal} />}
    </aside>
  );
}

function Head({ node, id, onLocate, onClose }: { readonly node: TopologyNode | null; readonly id: string; readonly onLocate: () => void; readonly onClose: () => void }): JSX.Element {
  return (
    <header className="ps-head">
      {node !== null && <RoleMark role={roleOf(node)} />}
      <div className="ps-head-text">
        <h2 dir="auto">{node?.label ?? id}</h2>
        <div className="ps-head-line">
          {node !== null && <StatusChip status={node.status} state={node.state} />}
          <span className="ps-faint">{kindWord(node?.kind ?? '')}</span>
        </div>
      </div>
      <button type="button" className="ps-button ps-icon-button" aria-label="Show it on the map" title="Show it on the map" onClick={onLocate}>
        <Icon name="locate" size={16} />
      </button>
      <button type="button" className="ps-button ps-icon-button" aria-label="Close the details (Esc)" title="Close (Esc)" onClick={onClose}>
        <Icon name="close" size={16} />
      </button>
    </header>
  );
}

function Reasons({ node }: { readonly node: TopologyNode }): JSX.Element {
  return (
    <ul className={`ps-reasons ps-status-${node.status}`} aria-label="Why this status">
      {node.reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}

function Body({ app, details, sparklines, onReveal }: { readonly app: App; readonly details: NodeDetails; readonly sparklines: SparklineData | null; readonly onReveal: (id: string, kind: string) => void }): JSX.Element {
  const { node } = details;
  const files = details.streams.find(({ action }) => action === 'files');
  return (
    <>
      {details.actions.length > 0 && <Actions app={app} details={details} />}
      <Streams key={`streams ${node.id}`} app={app} details={details} />
      <Sparklines app={app} data={sparklines} node={node} notMeasured={details.notMeasured} />
      <Section name="Connections" count={details.incoming.length + details.outgoing.length} open>
        <Connections details={details} onReveal={onReveal} />
      </Section>
      <Section name="Identity" open>
        <Facts details={details} />
      </Section>
      <References name="Runs on" refs={details.parents} onReveal={onReveal} open />
      <References name="Inside" refs={details.children} onReveal={onReveal} />
      <Processes details={details} />
      {details.processes !== null && <LiveConnections key={node.id} app={app} node={node.id} />}
      {details.record !== null && <RecordSections record={details.record} />}
      {files !== undefined && <FilesSection key={`files ${node.id}`} app={app} node={node.id} offer={files} />}
      {details.record !== null && <ChangedFiles key={`changes ${node.id}`} app={app} node={node.id} />}
      {details.record !== null && <Inspection key={`inspection ${node.id}`} app={app} node={node.id} />}
    </>
  );
}

function References({ name, refs, onReveal, open = false }: { readonly name: string; readonly refs: readonly NodeRef[]; readonly onReveal: (id: string, kind: string) => void; readonly open?: boolean }): JSX.Element | null {
  if (refs.length === 0) return null;
  return (
    <Section name={name} count={refs.length} open={open}>
      <ul className="ps-refs">
        {refs.map((ref) => (
          <li key={ref.id}>
            <button
              type="button"
              className="ps-ref"
              onClick={() => {
                onReveal(ref.id, ref.kind);
              }}
            >
              <StatusMark status={ref.status} />
              <span className="ps-cut">{ref.label}</span>
              <span className="ps-faint">{kindWord(ref.kind)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Loading(): JSX.Element {
  return (
    <div className="ps-loading" role="status" aria-label="Loading the details">
      <div className="ps-bone" />
      <div className="ps-bone" />
      <div className="ps-bone ps-bone-tall" />
    </div>
  );
}
