import type { Row } from '../source/row.js';
import { cellText } from './cell.js';
import { detached } from './fault.js';

/** Characters of one row that are kept: far more than people can look at, far less than a file. */
const maxCharacters = 32_000;

/** A rejected row as it stood in the file, for those who mend it; what is too long is cut. */
export function originalCells({ cells }: Row): string[] {
  const kept: string[] = [];
  let room = maxCharacters;
  for (const cell of cells) {
    if (room <= 0) break;
    const text = cellText(cell).slice(0, room);
    room -= text.length + 1;
    kept.push(detached(text));
  }
  return kept;
}
