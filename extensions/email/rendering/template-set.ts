import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta, type EtaConfig, type Options } from 'eta/core';
import { localeCandidates } from './locales.ts';
import { syntaxFaultOf } from './syntax-fault.ts';
import { type Format, parseTemplateName } from './template-name.ts';

/** One thing that is wrong with a template. */
export interface TemplateFault {
  /** `mails/welcome.html.eta:3` */
  readonly at: string;
  readonly reason: string;
}

/** How a template is rendered: in which language, and by whose templates. */
interface Rendering extends Partial<Options> {
  readonly locale: string;
  readonly usual: string;
}

/** A line that only has code leaves none behind; a value keeps what follows it. */
const trimCode: EtaConfig['plugins'][number] = {
  processAST: (parts) =>
    parts.map((part, index) => {
      const before = parts[index - 1];
      const followsCode = typeof before === 'object' && before.t === 'e';
      // Texts are escaped by now.
      return typeof part === 'string' && followsCode ? part.replace(/^\\n/, '') : part;
    }),
};

const settings: Partial<EtaConfig> = {
  debug: true,
  cache: true,
  autoTrim: false,
  autoFilter: true,
  filterFunction: shown,
  plugins: [trimCode],
};

/** The templates of one extension, those of `mails/` and below it. Immutable: an edited template is another generation's. */
export class TemplateSet {
  readonly faults: readonly TemplateFault[];
  /** Relative to `mails/`. */
  readonly paths: readonly string[];
  readonly #etas: Readonly<Record<Format, Eta>>;
  readonly #known = new Set<string>();
  readonly #names = new Set<string>();
  readonly #base: TemplateSet | undefined;

  /**
   * @param folder of the extension
   * @param base where to look for layouts that this one does not have
   */
  constructor(folder: string, base?: TemplateSet) {
    this.#base = base;
    this.#etas = { html: this.#eta('html'), text: this.#eta('text') };
    this.paths = templatesIn(join(folder, 'mails'));
    const faults: TemplateFault[] = [];
    const references: { path: string; format: Format; name: string; line: number }[] = [];
    for (const path of this.paths) {
      const parsed = parseTemplateName(path);
      if (parsed === undefined) {
        const reason = 'must be called NAME.html.eta or NAME.text.eta, or with a language NAME.de.html.eta.';
        faults.push({ at: `mails/${path}`, reason });
        continue;
      }
      const { name, locale, format } = parsed;
      this.#names.add(`${name}.${format}`);
      const text = readFileSync(join(folder, 'mails', path), 'utf8');
      const eta = this.#etas[format];
      const key = keyOf(name, locale, format);
      try {
        eta.templatesSync.define(key, eta.compile(text));
        this.#known.add(key);
      } catch (error) {
        const { line, reason } = syntaxFaultOf(text, error);
        faults.push({ at: `mails/${path}:${line}`, reason });
      }
      references.push(...referencesIn(text).map((one) => ({ ...one, path, format })));
    }
    for (const { path, format, name, line } of references) {
      if (this.isNamed(name, format)) continue;
      faults.push({
        at: `mails/${path}:${line}`,
        reason: `there is no template ${keyOf(name, '', format)}.`,
      });
    }
    this.faults = faults;
  }

  /** Is there a template of this very language? */
  has(name: string, locale: string, format: Format): boolean {
    return this.#known.has(keyOf(name, locale, format));
  }

  /** The languages that templates of this name say to be in. */
  locales(name: string): readonly string[] {
    const found = this.paths.map(parseTemplateName).filter((one) => one?.name === name);
    return [...new Set(found.flatMap((one) => one?.locale || []))];
  }

  /** Is there one in any language, here or where layouts are taken from? */
  isNamed(name: string, format: Format): boolean {
    return this.#names.has(`${name}.${format}`) || this.#base?.isNamed(name, format) === true;
  }

  /**
   * @param locale in which language; layouts that it does not have are taken in the usual one
   * @throws EtaRuntimeError, which tells file and line
   */
  render(name: string, format: Format, data: object, { locale, usual }: Rendering): string {
    const rendering: Rendering & { readonly filepath: string } = { filepath: '', locale, usual };
    try {
      return this.#etas[format].render(name, data, rendering).trim();
    } catch (error) {
      throw endless(error) ? new RangeError(endlessMessage(error.message)) : error;
    }
  }

  #eta(format: Format): Eta {
    const eta = new Eta({ ...settings, autoEscape: format === 'html' });
    // Every template is there already: what is looked for is which of them is meant.
    eta.resolvePath = (name, options) => this.#resolve(eta, name, format, options);
    eta.readFile = (path) => {
      throw new Error(`There is no template ${path}.`);
    };
    return eta;
  }

  #resolve(eta: Eta, name: string, format: Format, options: Partial<Rendering> = {}): string {
    const { locale = '', usual = '' } = options;
    for (const candidate of localeCandidates(locale, usual)) {
      const key = keyOf(name, candidate, format);
      if (this.#known.has(key)) return key;
      const inherited =
        this.#base?.has(name, candidate, format) && this.#base.#etas[format].templatesSync.get(key);
      if (!inherited) continue;
      eta.templatesSync.define(key, inherited);
      return key;
    }
    return keyOf(name, '', format);
  }
}

/** The path of its file, as messages tell it. */
const keyOf = (name: string, locale: string, format: Format): string =>
  `mails/${name}${locale === '' ? '' : `.${locale}`}.${format}.eta`;

function templatesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => path.endsWith('.eta'))
      .sort();
  } catch {
    return [];
  }
}

/** The templates that a template names as they are: what is put together while it runs is found out then. */
function referencesIn(template: string): { name: string; line: number }[] {
  return [...template.matchAll(/\b(?:layout|include)\(\s*(['"])([^'"]+)\1/g)].map(
    ({ index, 2: name = '' }) => ({
      name,
      line: template.slice(0, index).split('\n').length,
    }),
  );
}

function endless(error: unknown): error is Error {
  return Error.isError(error) && error.message.includes('Maximum call stack size exceeded');
}

/** Eta tells every one of some thousand steps. */
function endlessMessage(message: string): string {
  const steps = message.match(/^mails\/.*$/gm) ?? [];
  return `${[...new Set(steps)].slice(0, 5).join(' → ')}: these templates include each other, or have each other as layout, without an end.`;
}

/** "Hello undefined" is never meant. */
function shown(value: unknown): string {
  if (value === undefined) throw new TypeError('A value that is shown here is undefined.');
  return value === null ? '' : String(value);
}
