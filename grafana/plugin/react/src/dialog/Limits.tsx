/** Asks for other limits of a container. */

import type { ContainerRecord } from '@promscope/core';
import { useState, type JSX } from 'react';
import { changes, formOf, POLICIES } from '../state/limits';
import { Dialog } from './Dialog';

interface LimitsProps {
  readonly name: string;
  readonly record: ContainerRecord | null;
  /** What is wanted, as the API takes it; null: nothing. */
  readonly onAnswer: (wanted: object | null) => void;
}

export function Limits({ name, record, onAnswer }: LimitsProps): JSX.Element {
  const [before] = useState(() => formOf(record));
  const [form, setForm] = useState(before);
  const cancel = (): void => {
    onAnswer(null);
  };
  return (
    <Dialog label={`Limits of ${name}`} onClose={cancel}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onAnswer(changes(before, form));
        }}
      >
        <h2 dir="auto">Limits of {name}</h2>
        <p>They hold at once, and until the container is made anew. A limit can be changed, but not taken away.</p>
        <label className="ps-field">
          CPU, in cores
          <input
            type="number"
            min={0.01}
            max={4096}
            step={0.01}
            value={form.cpu}
            placeholder="no limit"
            onChange={({ target }) => {
              setForm({ ...form, cpu: target.value });
            }}
          />
        </label>
        <label className="ps-field">
          Memory, in MiB
          <input
            type="number"
            min={6}
            step={1}
            value={form.memory}
            placeholder="no limit"
            onChange={({ target }) => {
              setForm({ ...form, memory: target.value });
            }}
          />
        </label>
        <label className="ps-field">
          Restart policy
          <select
            className="ps-button"
            value={form.restart}
            onChange={({ target }) => {
              setForm({ ...form, restart: target.value });
            }}
          >
            {POLICIES.map((policy) => (
              <option key={policy}>{policy}</option>
            ))}
          </select>
        </label>
        <div className="ps-dialog-buttons">
          <button type="button" className="ps-button" onClick={cancel}>
            Cancel
          </button>
          <button type="submit" className="ps-button ps-primary">
            Change
          </button>
        </div>
      </form>
    </Dialog>
  );
}
