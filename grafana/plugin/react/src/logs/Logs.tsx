/** The log of a container, live: what came last is at the bottom. */

import { EMPTY, extended, LogDecoder, matches, plain, type LogLine, type Stream, type Tail } from '@promscope/core';
import { useEffect, useMemo, useRef, useState, type JSX, type RefObject } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { Line } from './Line';

const LINES_AT_FIRST = 1000;
/** So near to the bottom it is followed. */
const NEAR_PX = 24;

interface LogsProps {
  readonly app: App;
  readonly node: string;
  readonly name: string;
  readonly onClose: () => void;
}

type Outputs = 'both' | 'stdout' | 'stderr';

export default function Logs({ app, node, name, onClose }: LogsProps): JSX.Element {
  const [outputs, setOutputs] = useState<Outputs>('both');
  const [paused, setPaused] = useState(false);
  const [wrap, setWrap] = useState(true);
  const [times, setTimes] = useState(false);
  const [search, setSearch] = useState('');
  const [only, setOnly] = useState(false);
  const { tail, end, stream } = useTail(app, node);
  const shown = useMemo(
    () => tail.lines.filter(({ output, text }) => (outputs === 'both' || output === outputs || output === 'remark') && (!only || matches(plain(text), search))),
    [tail, outputs, only, search],
  );
  const hits = useMemo(() => (search === '' ? 0 : shown.filter(({ text }) => matches(plain(text), search)).length), [shown, search]);
  const list = useFollow(shown, paused);
  return (
    <section
      className="ps-logs"
      aria-label={`Logs of ${name}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <div className="ps-logs-bar" role="toolbar" aria-label="Logs">
        <strong className="ps-cut" dir="auto">
          {name}
        </strong>
        <button
          type="button"
          className="ps-button"
          aria-pressed={paused}
          onClick={() => {
            stream.current?.say({ type: paused ? 'resume' : 'pause' });
            setPaused(!paused);
          }}
        >
          {paused ? 'Follow' : 'Pause'}
        </button>
        <select
          className="ps-button"
          aria-label="Output"
          value={outputs}
          onChange={({ target }) => {
            setOutputs(target.value as Outputs);
          }}
        >
          <option value="both">stdout and stderr</option>
          <option value="stdout">stdout</option>
          <option value="stderr">stderr</option>
        </select>
        <Toggle label="Wrap" on={wrap} set={setWrap} />
        <Toggle label="Times" on={times} set={setTimes} />
        <input
          type="search"
          className="ps-logs-search"
          placeholder="Search these lines"
          aria-label="Search these lines"
          value={search}
          maxLength={200}
          onChange={({ target }) => {
            setSearch(target.value);
          }}
        />
        {search !== '' && <Toggle label="Only these" on={only} set={setOnly} />}
        <span className="ps-faint" role="status">
          {search !== '' && `${hits} of ${shown.length} lines`}
        </span>
        <a className="ps-button" href={app.client.logFile(node)} download>
          Download
        </a>
        <button type="button" className="ps-button ps-icon-button" aria-label="Close the logs" onClick={onClose}>
          <Icon name="close" size={16} />
        </button>
      </div>
      <div ref={list} className={wrap ? 'ps-logs-lines ps-logs-wrap' : 'ps-logs-lines'} role="log" aria-label="Lines" tabIndex={0}>
        {tail.gone > 0 && <p className="ps-faint">… {tail.gone} earlier lines are not shown; download has them</p>}
        {shown.map((line) => (
          <Line key={line.number} line={line} search={search} time={times} />
        ))}
        {end !== null && (
          <p className="ps-logs-remark" role="alert">
            {end === '' ? 'The log ends here: the container does not run.' : end}
          </p>
        )}
      </div>
    </section>
  );
}

function Toggle({ label, on, set }: { readonly label: string; readonly on: boolean; readonly set: (on: boolean) => void }): JSX.Element {
  return (
    <button
      type="button"
      className="ps-button"
      aria-pressed={on}
      onClick={() => {
        set(!on);
      }}
    >
      {label}
    </button>
  );
}

/** The last lines as they come; `end`: why nothing more does, null while it may. */
function useTail(app: App, node: string): { readonly tail: Tail; readonly end: string | null; readonly stream: RefObject<Stream | null> } {
  const [tail, setTail] = useState<Tail>(EMPTY);
  const [end, setEnd] = useState<string | null>(null);
  const stream = useRef<Stream | null>(null);
  useEffect(() => {
    const decoder = new LogDecoder();
    let waiting: LogLine[] = [];
    let frame = 0;
    // A container may write thousands of lines between two pictures of the screen.
    const show = (): void => {
      frame = 0;
      const lines = waiting;
      waiting = [];
      setTail((before) => extended(before, lines));
    };
    const opened = app.client.openLogs(
      node,
      { follow: true, tail: LINES_AT_FIRST },
      {
        onData: (data) => {
          for (const line of decoder.feed(data)) waiting.push(line);
          if (frame === 0) frame = requestAnimationFrame(show);
        },
        onEnd: ({ problem }) => {
          setEnd(problem);
        },
      },
    );
    stream.current = opened;
    return () => {
      cancelAnimationFrame(frame);
      opened.close();
    };
  }, [app, node]);
  return { tail, end, stream };
}

/** The list stays at its end unless the user scrolled away from it. */
function useFollow(lines: readonly LogLine[], paused: boolean): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const look = (): void => {
      near.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      element.removeEventListener('scroll', look);
    };
  }, []);
  useEffect(() => {
    if (list.current !== null && near.current && !paused) list.current.scrollTop = list.current.scrollHeight;
  }, [lines, paused]);
  return list;
}
