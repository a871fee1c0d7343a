/** One line of a log: its colours, and what the search found in it. */

import { pieces, segments, type LogLine, type Style } from '@promscope/core';
import { memo, type JSX } from 'react';

interface LineProps {
  readonly line: LogLine;
  readonly search: string;
  readonly time: boolean;
}

export const Line = memo(function Line({ line, search, time }: LineProps): JSX.Element {
  return (
    <p className={line.output === 'stdout' ? undefined : `ps-logs-${line.output}`}>
      {time && <time className="ps-faint">{line.time.slice(0, 23)} </time>}
      {segments(line.text).map(({ text, style }, index) => (
        <span key={index} className={classes(style)}>
          {pieces(text, search).map((piece, at) => (piece.hit ? <mark key={at}>{piece.text}</mark> : piece.text))}
        </span>
      ))}
    </p>
  );
});

function classes(style: Style): string | undefined {
  const found = [
    style.colour === null ? '' : `ps-ansi-${style.colour}`,
    style.background === null ? '' : `ps-ansi-on-${style.background}`,
    style.bold ? 'ps-ansi-bold' : '',
    style.faint ? 'ps-ansi-faint' : '',
    style.italic ? 'ps-ansi-italic' : '',
    style.underline ? 'ps-ansi-underline' : '',
  ].filter(Boolean);
  return found.length === 0 ? undefined : found.join(' ');
}
