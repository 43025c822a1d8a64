import type { Series } from './kill.js';

/** Prints what a series of trials came to, as a line of the table that `npm run test:faults` gives. */
export function showSeries({ fault, trials, before, after, violations }: Series): void {
  const cells = [
    fault.padEnd(36),
    `${trials} trials`.padStart(11),
    `${before} as before`.padStart(15),
    `${after} as after`.padStart(14),
    `${violations.length} violations`.padStart(13),
  ];
  process.stdout.write(`${cells.join(' ')}\n`);
}
