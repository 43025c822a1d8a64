import { describe, expect, it } from 'vitest';
import { SpeedRecord } from '../../src/load/record.js';

function recorded(timesMs: number[]) {
  const record = new SpeedRecord();
  for (const atMs of timesMs) record.note({ atMs, rows: atMs * 100 });
  return record.samples();
}

describe('the speed of a run', () => {
  it('is sampled twenty times a second, however often there is news', () => {
    const samples = recorded([10, 49, 50, 70, 99, 105, 160]);
    expect(samples.map(({ atMs }) => atMs)).toEqual([50, 105, 160]);
  });

  it('is a short list over an hour, too, evenly spread to its end', () => {
    const times = Array.from({ length: 360_000 }, (_, i) => (i + 1) * 10);
    const samples = recorded(times).map(({ atMs }) => atMs);
    const gaps = new Set(samples.slice(1).map((atMs, i) => atMs - samples[i]!));
    expect(samples.length).toBeGreaterThan(30);
    expect(samples.length).toBeLessThan(80);
    expect(gaps.size).toBe(1);
    expect(samples.at(-1)).toBeGreaterThan(3_600_000 - [...gaps][0]!);
  });
});
