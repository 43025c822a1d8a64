import type { Page } from '../../cli/command.js';
import type { JobState } from '../../job/schema.js';
import { sourceName } from '../../source/source.js';
import { showBytes, showCount } from '../../terminal/figures.js';
import { renderTable, type Table } from '../../terminal/table.js';

/** Jobs as a table; in a pipe as tab-separated lines, with bare figures and all that is known. */
export function renderStates(result: JobState | JobState[], page: Page): string {
  const states = Array.isArray(result) ? result : [result];
  if (states.length === 0) return 'No jobs yet. Begin with: prodimport load products.csv';
  const { isTerminal: isTTY, width, palette } = page;
  const table = isTTY ? forTheEye(states) : { head: [], rows: states.map(bareCells) };
  return renderTable(table, { isTTY, width, palette }).trimEnd();
}

function forTheEye(states: JobState[]): Table {
  return {
    head: ['job', 'kind', 'status', 'rows', 'rejected', 'read', 'source', 'started'],
    rows: states.map((state) => [
      state.jobId,
      state.kind,
      state.status === 'running' ? `running, ${state.phase}` : state.status,
      showCount(state.rows),
      showCount(state.rejected),
      showBytes(state.bytesRead),
      sourceName({ name: state.source ?? '' }),
      state.startedAt.slice(0, 16).replace('T', ' '),
    ]),
    right: ['rows', 'rejected', 'read'],
    gives: 'source',
    spare: ['read', 'kind', 'rejected', 'source', 'started'],
  };
}

function bareCells(state: JobState): string[] {
  const { jobId, kind, status, phase, rows, rejected, bytesRead, source, startedAt } = state;
  const figures = [rows, rejected, bytesRead].map(String);
  return [jobId, kind, status, phase, ...figures, source ?? '', startedAt];
}
