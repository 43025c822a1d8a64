export interface SpeedSample {
  /** Milliseconds since the load began. */
  atMs: number;
  /** Rows read until then. */
  rows: number;
}

const maxSamples = 80;
const firstEveryMs = 50;

/**
 * How many rows were read when, in a list that stays short however long the run: whenever it is
 * full, every second sample goes, and from then on half as many are taken.
 */
export class SpeedRecord {
  private kept: SpeedSample[] = [];
  private everyMs = firstEveryMs;

  /** To be called as often as there is news. */
  note(sample: SpeedSample): void {
    if (sample.atMs - (this.kept.at(-1)?.atMs ?? 0) < this.everyMs) return;
    this.kept.push(sample);
    if (this.kept.length < maxSamples) return;
    this.kept = this.kept.filter((_, at) => at % 2 === 1);
    this.everyMs *= 2;
  }

  samples(): SpeedSample[] {
    return this.kept;
  }
}
