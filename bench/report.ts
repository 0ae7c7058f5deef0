/** One line of the results. */
export interface Row {
  readonly benchmark: string;
  /** Measured, in the unit that the benchmark's name or its target says. */
  readonly figure: number;
  /** `≥ 1.0 × Fastify`; `reported` where there is none. */
  readonly target: string;
  /** Is the target reached? Where there is none, nothing can fail. */
  readonly holds: boolean;
}

/** A figure without a target. */
export function reported(benchmark: string, figure: number): Row {
  return { benchmark, figure: rounded(figure), target: 'reported', holds: true };
}

/** @param unit follows the limit: `≤ 100 ms` */
export function atMost(benchmark: string, figure: number, limit: number, unit: string): Row {
  return { benchmark, figure: rounded(figure), target: `≤ ${limit} ${unit}`.trim(), holds: figure <= limit };
}

/** @param unit follows the limit: `≥ 1.0 × Fastify` */
export function atLeast(benchmark: string, figure: number, limit: number, unit: string): Row {
  return { benchmark, figure: rounded(figure), target: `≥ ${limit} ${unit}`.trim(), holds: figure >= limit };
}

/** Three significant digits, and none lost before the decimal point. */
function rounded(figure: number): number {
  return Math.abs(figure) >= 100 ? Math.round(figure) : Number(figure.toPrecision(3));
}

/** The rows as a Markdown table, ready for docs/benchmarks.md. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ benchmark, figure, target, holds }) => [
    benchmark,
    figure.toLocaleString('en'),
    target,
    target === 'reported' ? '' : holds ? 'yes' : '**no**',
  ]);
  const all = [['benchmark', 'figure', 'target', 'holds'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(all[0] ?? []), rule, ...cells.map(line)].join('\n');
}
