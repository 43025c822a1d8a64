import { expect } from 'vitest';
import type { Report } from '../../src/report/schema.js';
import { runCli } from '../setup/cli.js';
import { firstFile, secondFile } from './trial.js';

/** Loads, looks, dries, undoes and purges; each must do what it does on the server we ship. */
export async function tryEveryCommand(url: string): Promise<number> {
  const run = async (...words: string[]) => {
    const result = await runCli([...words, '--json'], { url });
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).toBe(0);
    return result;
  };
  const first = await run('load', firstFile, '--record-changes');
  expect(first.json<Report>().products).toMatchObject({ inserted: 4000 });
  const dry = await run('load', secondFile, '--dry-run');
  const second = await run('load', secondFile, '--record-changes', '--missing', 'deactivate');
  expect(second.json<Report>().products).toEqual(dry.json<Report>().products);
  expect(second.json<Report>().products).toMatchObject({ inserted: 100 });
  await run('status');
  await run('report', 'last');
  await run('undo', '2', '--yes');
  const again = await run('load', firstFile);
  expect(again.json<Report>().products).toMatchObject({ inserted: 0, unchanged: 4000 });
  await run('purge', '--all', '--yes');
  await run('db', 'info');
  return 9;
}
