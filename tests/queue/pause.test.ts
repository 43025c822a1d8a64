import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { Pause } from '../../src/queue/attempts.js';

const anHourMs = 3_600_000;

it('ends at either of two signals', async () => {
  for (const which of [0, 1]) {
    const two = [new AbortController(), new AbortController()];
    const pause = new Pause(anHourMs, two[0]!.signal, two[1]!.signal);
    two[which]!.abort();
    await pause.over;
  }
});

it('is over at once where a signal came before it', async () => {
  await new Pause(anHourMs, new AbortController().signal, AbortSignal.abort()).over;
});

it('leaves nothing with a signal that lives as long as the service', async () => {
  const { signal } = new AbortController();
  await new Pause(0, signal).over;
  const stopped = new Pause(anHourMs, signal, new AbortController().signal);
  stopped.stop();
  await stopped.over;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
