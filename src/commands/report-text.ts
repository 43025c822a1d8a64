import type { Page } from '../cli/command.js';
import type { Context } from '../cli/context.js';
import type { RejectGroup } from '../product/reject.js';
import type { Report } from '../report/schema.js';

/** A report for people. Lines are as wide as the terminal; in a pipe they are never wrapped. */
export async function reportText(report: Report, page: Page, context: Context): Promise<string> {
  const { textReport } = await import('../report/text.js');
  const { palette } = page;
  const width = page.isTerminal ? page.width : Infinity;
  const groups = await allGroups(report, context);
  // What stands a few lines above needs no second look.
  const isNew = (note: string) => !page.isTerminal || !context.hasShown(note);
  const shown = { ...report, notes: report.notes.filter(isNew) };
  return textReport(shown, { palette, width, ...(groups && { groups }) }).trimEnd();
}

/** Of all rejects, where the report holds only the first of them. */
async function allGroups(
  { failedRowsTruncated, jobId }: Report,
  context: Context,
): Promise<RejectGroup[] | null> {
  if (!failedRowsTruncated) return null;
  const { readRejectGroups } = await import('../job/report.js');
  const session = await (await context.database()).main();
  // The load has ended: what can't be counted any more is no reason for it to fail.
  return readRejectGroups(session, jobId).catch(() => null);
}
