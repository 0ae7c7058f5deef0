import {
  BackplaneError,
  type Contribution,
  defineRegistry,
  didYouMean,
  FaultList,
  type Owner,
} from 'backplane';
import { type AnyMail, isMail } from './define-mail.ts';
import { parseTemplateName } from './template-name.ts';
import { TemplateSet } from './template-set.ts';

/** A mail with its templates. */
export interface KnownMail {
  readonly mail: AnyMail;
  /** Name of the extension. */
  readonly owner: string;
  readonly templates: TemplateSet;
}

/** By name. */
export type MailTable = ReadonlyMap<string, KnownMail>;

/** Who contributes mails: an extension, with its folder. */
interface MailOwner extends Owner {
  readonly folder?: string;
  readonly manifest?: {
    readonly dependencies?: Readonly<Record<string, string>> | undefined;
    readonly optionalDependencies?: Readonly<Record<string, string>> | undefined;
  };
}

type MailContribution = Contribution<AnyMail, MailOwner>;

/** The extension whose layouts all others may use, and whose mails any of them may replace. */
const home = 'email';

/** Templates are read once for a generation, whatever else comes and goes. */
const read = new WeakMap<MailOwner, TemplateSet>();

/** Collects `mails/`: what is in it, and the templates beside it. */
export const mails = defineRegistry<AnyMail, MailTable, MailOwner>({
  name: 'mails',
  folder: 'mails',
  exports: 'all',
  expected: 'a mail made with defineMail(…)',
  accepts: isMail,
  compile(contributions) {
    const owners = new Set(contributions.map(({ owner }) => owner));
    const base = [...owners].find(({ name }) => name === home);
    const baseSet = base && setOf(base);
    const faults: Error[] = [];
    for (const owner of owners) faults.push(...ownerFaults(owner, contributions, baseSet));
    const table = new Map<string, KnownMail>();
    const holders = new Map<string, MailOwner>();
    for (const { value: mail, owner, source } of contributions) {
      const holder = holders.get(mail.name);
      const replaced = table.get(mail.name);
      if (holder && !dependsOn(owner, holder)) {
        const what = `The mail "${mail.name}" (${source})`;
        faults.push(new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [holder.name, owner.name] }));
        continue;
      }
      const own = setOf(owner, baseSet);
      const hasContent = mail.options.html !== undefined || mail.options.text !== undefined || has(own, mail);
      const templates = hasContent ? own : replaced?.templates;
      if (templates === undefined) {
        const reason = `the mail "${mail.name}" says nothing: write mails/${mail.name}.html.eta, or give it "html" or "text".`;
        faults.push(new BackplaneError('CONTRIBUTION_INVALID', { owner: owner.name, source, reason }));
        continue;
      }
      holders.set(mail.name, owner);
      table.set(mail.name, { mail, owner: owner.name, templates });
    }
    if (faults.length > 1) throw new FaultList(faults);
    for (const fault of faults) throw fault;
    return table;
  },
});

/** The templates of an extension: broken ones, and those that belong to no mail. */
function ownerFaults(
  owner: MailOwner,
  contributions: readonly MailContribution[],
  base?: TemplateSet,
): Error[] {
  const set = setOf(owner, base);
  const invalid = (source: string, reason: string): Error =>
    new BackplaneError('CONTRIBUTION_INVALID', { owner: owner.name, source, reason });
  const names = contributions.flatMap((one) => (one.owner === owner ? [one.value.name] : []));
  const strays = set.paths.flatMap((path) => {
    const name = parseTemplateName(path)?.name;
    if (name === undefined || name.includes('/') || names.includes(name)) return [];
    return [invalid(`mails/${path}`, `belongs to no mail of this extension.${didYouMean(name, names)}`)];
  });
  return [...set.faults.map(({ at, reason }) => invalid(at, reason)), ...strays];
}

function setOf(owner: MailOwner, base?: TemplateSet): TemplateSet {
  const known = read.get(owner);
  if (known) return known;
  const set = new TemplateSet(owner.folder ?? '', owner.name === home ? undefined : base);
  read.set(owner, set);
  return set;
}

function has({ paths }: TemplateSet, { name }: AnyMail): boolean {
  return paths.some((path) => parseTemplateName(path)?.name === name);
}

function dependsOn({ manifest }: MailOwner, { name }: MailOwner): boolean {
  return name === home || name in { ...manifest?.dependencies, ...manifest?.optionalDependencies };
}
