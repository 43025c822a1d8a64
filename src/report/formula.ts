/**
 * Keeps a spreadsheet from running a cell: one that begins like a formula gets an apostrophe in
 * front, as OWASP's "CSV injection" advises, the wide forms of the signs included.
 */
export function neutralised(cell: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
