import type { Cell } from '../source/row.js';
import { cellFault, cellText } from './cell.js';
import { Fault, quoted } from './fault.js';
import type { Action } from './product.js';
import { actions } from './product.js';

const byWord = new Map<string, Action>(actions.map((action) => [action, action]));

/** A row's own action; null where the cell is blank. Words of the profile, lower case, come first. */
export function readAction(
  cell: Cell,
  ownWords: ReadonlyMap<string, Action | 'skip'>,
): Action | 'skip' | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = cellText(cell).trim();
  if (text === '') return null;
  const word = text.toLowerCase();
  const action = ownWords.get(word) ?? byWord.get(word);
  if (action !== undefined) return action;
  return new Fault(
    'action_invalid',
    `${quoted(text)} is no action: write ADD, UPDATE, DELETE or UPSERT, or leave it blank`,
  );
}
