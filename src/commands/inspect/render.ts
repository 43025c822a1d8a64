import type { Page } from '../../cli/command.js';
import { showSafely } from '../../terminal/escape.js';
import { showBytes } from '../../terminal/figures.js';
import { delimiterName, sourceName } from '../../source/source.js';
import { renderTable } from '../../terminal/table.js';
import type { Inspection } from './schema.js';

/** What was understood, and a line per column of the file. */
export function renderInspection(inspection: Inspection, page: Page): string {
  const { palette, width, isTerminal: isTTY } = page;
  const rows = inspection.columns.map(({ column, header, field, attribute, example }) => {
    const target = field ?? (attribute === null ? '(ignored)' : `attribute ${attribute}`);
    return [String(column), header ?? '', target, example];
  });
  const head = ['column', 'header', 'field', 'example'];
  const table = renderTable({ head, rows, right: ['column'] }, { isTTY, width, palette });
  const notes = [...inspection.notes, ...effects(inspection)].map(showSafely);
  return [facts(inspection), ...notes, '', table.trimEnd()].join('\n');
}

function effects({ profile, profileEffects }: Inspection): string[] {
  if (profileEffects.length === 0) return [];
  return [`The profile "${profile}" does this:`, ...profileEffects.map((each) => `  ${each}`)];
}

function facts(inspection: Inspection): string {
  const { name, format, compressed, bytes, encoding, delimiter, sheet, profile } = inspection;
  return [
    `${showSafely(sourceName({ name }))}: ${format}${compressed ? ', gzip' : ''}`,
    bytes === null ? null : showBytes(bytes),
    encoding,
    delimiter && `delimiter ${delimiterName(delimiter)}`,
    sheet && `sheet ${JSON.stringify(sheet)}`,
    profile && `profile ${profile}`,
    `header in row ${inspection.headerRow ?? 'none'}`,
  ]
    .filter(Boolean)
    .join(', ');
}
