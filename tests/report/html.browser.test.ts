import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportExtra } from '../../src/report/facts.js';
import { htmlReport } from '../../src/report/html.js';
import type { Report } from '../../src/load/job.js';
import { cleanReport, report } from './example.js';

const executablePath = '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const unbroken = 'x'.repeat(300);
const pages: [string, Report, ReportExtra][] = [
  ['a clean load', cleanReport(), {}],
  [
    'a load with everything on the page',
    report({ notes: [unbroken], missing: { deactivated: 12, deleted: 3 } }),
    {
      allRejects: [
        ...report().failedRows,
        { ...report().failedRows[0]!, column: unbroken, value: unbroken, error: unbroken },
      ],
      changes: [
        { sku: unbroken, action: 'updated', fields: { name: { old: unbroken, new: unbroken } } },
      ],
      speed: [
        { atMs: 100, rows: 1000 },
        { atMs: 200, rows: 3000 },
      ],
    },
  ],
  [
    'a refused load of millions of rows',
    report({
      status: 'refused',
      products: null,
      rows: { read: 12_345_678, rejected: 1_234_567, duplicates: 1_000_000 },
      error: { code: 'max_rejects', message: `--max-rejects ${unbroken}` },
    }),
    {},
  ],
];

describe.runIf(existsSync(executablePath))('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: flags });
  });
  afterAll(() => browser.close());

  async function opened(of: Report, extra: ReportExtra, width: number, scheme: 'light' | 'dark') {
    const page = await browser.newPage({
      viewport: { width, height: 800 },
      colorScheme: scheme,
      bypassCSP: true,
    });
    await page.setContent(await text(htmlReport(of, extra) as never));
    return page;
  }

  it.each(pages)('fits %s on a phone, 360 pixels wide, details open', async (_, of, extra) => {
    const page = await opened(of, extra, 360, 'light');
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    const cut = await page.evaluate(labelsOutsideTheirPicture);
    await page.close();
    expect({ width, cut }).toEqual({ width: 360, cut: [] });
  });

  it.each(pages)('shows %s whole on a wide screen', async (_, of, extra) => {
    const page = await opened(of, extra, 1200, 'light');
    const width = await page.evaluate('document.documentElement.scrollWidth');
    const cut = await page.evaluate(labelsOutsideTheirPicture);
    await page.close();
    expect({ width, cut }).toEqual({ width: 1200, cut: [] });
  });

  it('has on paper what is folded in on a screen', async () => {
    const page = await opened(report(), {}, 1200, 'light');
    const lines = page.locator('details li');
    const seen = [await lines.last().isVisible()];
    await page.emulateMedia({ media: 'print' });
    seen.push(await lines.last().isVisible());
    await page.close();
    expect(seen).toEqual([false, true]);
  });

  it('has the times of the phases on paper, which are nothing but colours', async () => {
    const page = await opened(report(), {}, 1200, 'light');
    await page.emulateMedia({ media: 'print' });
    const kept = await page.evaluate(
      `['.bar', '.dot'].map((name) => getComputedStyle(document.querySelector(name)).printColorAdjust)`,
    );
    await page.close();
    expect(kept).toEqual(['exact', 'exact']);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('can be read by all, %s, %i pixels wide', async (scheme, width) => {
    for (const [name, of, extra] of pages) {
      const page = await opened(of, extra, width, scheme);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
      await page.close();
      expect({ name, violations: violations.map(({ id }) => id) }).toEqual({
        name,
        violations: [],
      });
    }
  });
});

/** Run in the page: SVG text that sticks out on the right of its picture would be cut. */
const labelsOutsideTheirPicture = `[...document.querySelectorAll('svg text')].filter((label) =>
  label.getBoundingClientRect().right > label.closest('svg').getBoundingClientRect().right + 1
).map((label) => label.textContent)`;
