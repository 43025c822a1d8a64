import type { Cell } from '../source/row.js';
import { cellFault, cellText } from './cell.js';
import { Fault, quoted } from './fault.js';
import type { Action } from './product.js';
import { actions } from './product.js';

const byWord = new Map<string, Action>(actions.map((action) => [action, action]));

/** A row's own action; null where the cell is blank. */
export function readAction(cell: Cell): Action | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = cellText(cell).trim();
  if (text === '') return null;
  const action = byWord.get(text.toLowerCase());
  if (action !== undefined) return action;
  return new Fault(
    'action_invalid',
    `${quoted(text)} is no action: write ADD, UPDATE, DELETE or UPSERT, or leave it blank`,
  );
}
