/** xterm.js on the page: what a shell shows, and what is typed to it. */

import type { Stream, StreamHandlers } from '@promscope/core';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import { copyText } from '../copy';
import { drawingWith, opening, withoutInlineStyles } from './sheets';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Opens a shell of this size; the stream ends it. */
export type Open = (size: Size, handlers: StreamHandlers) => Stream;

/** So much may wait to be drawn; then the shell waits, until there is less than the other. */
const HIGH_BYTES = 512 * 1024;
const LOW_BYTES = 64 * 1024;
const MOST_CELLS = 1000;
const FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';
const THEME = {
  background: '#11141a',
  foreground: '#d5dae4',
  cursor: '#d5dae4',
  selectionBackground: '#3d5a8f',
  scrollbarSliderBackground: '#ffffff2a',
  scrollbarSliderHoverBackground: '#ffffff44',
  scrollbarSliderActiveBackground: '#ffffff5c',
};

export class Emulator {
  private readonly terminal: Terminal;
  private readonly fitting = new FitAddon();
  private readonly searching = new SearchAddon();
  private readonly watcher: ResizeObserver;

  /** `onSearch`: the user wants to search (Ctrl+Shift+F). */
  constructor(
    private readonly parent: HTMLElement,
    letters: number,
    onSearch: () => void,
  ) {
    const override = withoutInlineStyles(document);
    this.terminal = new Terminal({
      documentOverride: override,
      fontFamily: FONT,
      fontSize: letters,
      cursorBlink: true,
      scrollback: 5000,
      theme: THEME,
    });
    this.terminal.loadAddon(this.fitting);
    this.terminal.loadAddon(this.searching);
    this.terminal.attachCustomKeyEventHandler((event) => this.take(event, onSearch));
    opening(document, () => {
      this.terminal.open(parent);
    });
    drawingWith(override, this.terminal);
    this.watcher = new ResizeObserver(() => {
      this.fit();
    });
    this.watcher.observe(parent);
    this.fit();
  }

  /** Connect it with a shell; returns what ends that. */
  attach(open: Open, { onOpened, onEnd }: Pick<Required<StreamHandlers>, 'onOpened' | 'onEnd'>): () => void {
    let waiting = 0;
    let held = false;
    let replayed = 0;
    // What asked the terminal something before has its answer: it is not given again.
    let muted = 0;
    const write = (data: Uint8Array, shown: () => void): void => {
      waiting += data.length;
      if (!held && waiting > HIGH_BYTES) {
        held = true;
        stream.say({ type: 'pause' });
      }
      this.terminal.write(data, () => {
        waiting -= data.length;
        shown();
        if (!held || waiting > LOW_BYTES) return;
        held = false;
        stream.say({ type: 'resume' });
      });
    };
    const stream = open(this.size(), {
      onData: (data) => {
        const before = data.subarray(0, replayed);
        replayed -= before.length;
        if (before.length > 0)
          write(before, () => {
            muted -= before.length;
          });
        if (before.length < data.length) write(data.subarray(before.length), () => undefined);
      },
      onEnd,
      onOpened: (opened) => {
        replayed = opened.replayed;
        muted = replayed;
        if (replayed > 0) this.terminal.reset();
        // It may have another size by the time it stands.
        stream.say({ type: 'resize', ...this.size() });
        onOpened(opened);
      },
    });
    const words = new TextEncoder();
    const heard = [
      this.terminal.onData((text) => {
        if (muted === 0) stream.send(words.encode(text));
      }),
      this.terminal.onBinary((text) => {
        stream.send(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
      }),
      this.terminal.onResize(() => {
        stream.say({ type: 'resize', ...this.size() });
      }),
    ];
    this.terminal.focus();
    return () => {
      for (const one of heard) one.dispose();
      stream.close();
    };
  }

  /** Select the next place of a text; whether there is one. */
  find(text: string, backwards = false): boolean {
    return backwards ? this.searching.findPrevious(text) : this.searching.findNext(text);
  }

  copy(): void {
    void copyText(this.terminal.getSelection());
  }

  focus(): void {
    this.terminal.focus();
  }

  enlarge(letters: number): void {
    this.terminal.options.fontSize = letters;
    this.fit();
  }

  dispose(): void {
    this.watcher.disconnect();
    this.terminal.dispose();
  }

  private size(): Size {
    return { columns: Math.min(this.terminal.cols, MOST_CELLS), rows: Math.min(this.terminal.rows, MOST_CELLS) };
  }

  /** A terminal that is not shown keeps its size. */
  private fit(): void {
    if (this.parent.offsetWidth > 0 && this.parent.offsetHeight > 0) this.fitting.fit();
  }

  /** Keys that are not the shell's; false: it does not see them. Pasting is the browser's. */
  private take(event: KeyboardEvent, onSearch: () => void): boolean {
    if (!event.ctrlKey || !event.shiftKey || event.altKey) return true;
    if (event.code === 'KeyV') return false;
    if (event.code !== 'KeyC' && event.code !== 'KeyF') return true;
    event.preventDefault();
    if (event.type === 'keydown' && event.code === 'KeyC') this.copy();
    else if (event.type === 'keydown') onSearch();
    return false;
  }
}
