import { type InspectColor, inspect, stripVTControlCharacters, styleText } from 'node:util';
import type { Surroundings } from './surroundings.ts';

type Style = InspectColor | readonly InspectColor[];

/** Writes for people: results to standard output, everything else to standard error, colour only on a terminal. */
export class Terminal {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get #isInteractive(): boolean {
    const { stdout } = this.#surroundings;
    return 'isTTY' in stdout && stdout.isTTY === true;
  }

  /** A line of the result. */
  print(line = ''): void {
    this.#surroundings.stdout.write(`${line}\n`);
  }

  /** The whole result, for programs. */
  json(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** A value of any kind as its developer wants to see it. */
  inspect(value: unknown): void {
    this.print(typeof value === 'string' ? value : inspect(value, { colors: this.#isInteractive, depth: 4 }));
  }

  /** A line about the result, which programs that read the result do not see. */
  note(line: string): void {
    this.#surroundings.stderr.write(`${line}\n`);
  }

  /** Does somebody sit there who can answer? */
  get canAsk(): boolean {
    const { stdin, stderr } = this.#surroundings;
    return [stdin, stderr].every(
      (stream) => stream !== undefined && 'isTTY' in stream && stream.isTTY === true,
    );
  }

  /** Asks somebody who can answer; anything but a clear yes is a no. */
  async confirm(question: string): Promise<boolean> {
    const { stdin, stderr } = this.#surroundings;
    if (stdin === undefined || !this.canAsk) return false;
    const { createInterface } = await import('node:readline');
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      const answer = await new Promise<string>((resolve) => {
        // The end of the input, and Ctrl+C, are answers, too.
        lines.once('close', () => resolve(''));
        lines.question(`${question} [y/N] `, resolve);
      });
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  }

  /** Why it failed: the message; with `LOG_LEVEL=debug` the stack as well. */
  fail(error: unknown): void {
    const { env, stderr } = this.#surroundings;
    const detailed = ['debug', 'sql', 'trace'].includes(env.LOG_LEVEL ?? '');
    const text = error instanceof Error && !detailed ? error.message : inspect(error);
    this.note(styleText('red', text, { stream: stderr }));
  }

  style(style: Style, text: string): string {
    return styleText(style as InspectColor, text, { stream: this.#surroundings.stdout });
  }

  /**
   * Prints rows in aligned columns; the last column may be as long as it likes.
   *
   * @param heading names of the columns, left out for none
   */
  table(rows: readonly (readonly string[])[], heading?: readonly string[]): void {
    const lines = heading ? [heading.map((name) => this.style('dim', name)), ...rows] : rows;
    const widths: number[] = [];
    for (const row of lines) {
      for (const [i, cell] of row.slice(0, -1).entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
    }
    for (const row of lines) {
      const cells = row.map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell))));
      this.print(cells.join('  ').trimEnd());
    }
  }
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
