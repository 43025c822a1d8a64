import type { Page } from '../../command.js';
import type { JobState } from '../../job/schema.js';
import { showBytes, showCount } from '../../terminal/figures.js';
import { renderTable } from '../../terminal/table.js';

/** Jobs as a table; in a pipe as tab-separated lines. */
export function renderStates(result: JobState | JobState[], page: Page): string {
  const states = Array.isArray(result) ? result : [result];
  if (states.length === 0) return 'No jobs yet. Begin with: prodimport load products.csv';
  const rows = states.map((state) => [
    state.jobId,
    state.kind,
    state.status,
    state.phase,
    showCount(state.rows),
    showCount(state.rejected),
    showBytes(state.bytesRead),
    state.source ?? '',
    state.startedAt,
  ]);
  const head = ['job', 'kind', 'status', 'phase', 'rows', 'rejected', 'read', 'source', 'started'];
  const table = { head, rows, right: ['rows', 'rejected', 'read'] };
  const { isTerminal: isTTY, width, palette } = page;
  return renderTable(table, { isTTY, width, palette }).trimEnd();
}
