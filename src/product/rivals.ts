import type { ColumnTarget } from './aliases.js';
import { targetName } from './aliases.js';
import type { Match } from './header.js';
import { isOneOfSeveral, variantKind } from './header.js';
import { mapOption } from './map-option.js';

/**
 * For each field the column of the best rank, the first of equals; attributes take any number, and
 * images all that belong together. Of prices that differ in their currency or tax none is taken.
 */
export function winnersOf(matches: readonly (Match | null)[]): Set<number> {
  const best = new Map<ColumnTarget, number>();
  const winners = new Set<number>();
  matches.forEach((match, index) => {
    if (match === null) return;
    if (match.target === 'attributes' || isOneOfSeveral(match)) winners.add(index);
    const rival = best.get(match.target);
    if (rival === undefined || match.rank < (matches[rival]?.rank ?? 0)) {
      best.set(match.target, index);
    }
  });
  if (pricesDiffer(matches, matches[best.get('price') ?? -1])) best.delete('price');
  for (const index of best.values()) winners.add(index);
  return winners;
}

function pricesDiffer(matches: readonly (Match | null)[], best: Match | null | undefined): boolean {
  const kind = kindOf(best);
  if (kind === null) return false;
  return matches.some((match) => {
    return match?.target === 'price' && kindOf(match) === kind && match.variant !== best!.variant;
  });
}

function kindOf(match: Match | null | undefined): string | null {
  return match?.variant ? variantKind(match.variant) : null;
}

/** A sentence for each field that several columns could fill. */
export function rivalNotes(
  headers: readonly string[],
  matches: readonly (Match | null)[],
  winners: ReadonlySet<number>,
): string[] {
  const losers = matches.flatMap((match, at) => (match === null || winners.has(at) ? [] : [at]));
  const targets = new Set(losers.map((at) => matches[at]!.target));
  return [...targets].map((target) => {
    const others = losers.filter((at) => matches[at]!.target === target);
    const winner = matches.findIndex((match, at) => winners.has(at) && match?.target === target);
    if (winner < 0)
      return undecidedNote(
        others.map((at) => headers[at]!),
        kindOf(matches[others[0]!]),
      );
    const [first = ''] = others.map((at) => headers[at]!);
    const quoted = [winner, ...others].map((at) => `"${headers[at]}"`);
    const all = quoted.length === 2 ? `Both ${quoted.join(' and ')}` : listedQuoted(quoted);
    return (
      `${all} could be the column of ${targetName(target)}: ${quoted[0]} is taken ` +
      `(${mapOption(first, target)} takes ${others.length === 1 ? 'the other' : 'another'})`
    );
  });
}

function listedQuoted(quoted: readonly string[]): string {
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

function undecidedNote(headers: readonly string[], kind: string | null): string {
  const ways = headers.map((header) => mapOption(header, 'price'));
  return (
    `${listedQuoted(headers.map((header) => `"${header}"`))} differ in their ${kind}: none is ` +
    `taken for the price. Choose one: ${ways.join(' or ')}`
  );
}
