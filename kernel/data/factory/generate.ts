import type { Faker } from '@faker-js/faker';
import { textOfPattern } from './pattern.ts';

/** The keywords of JSON schema that values are made from. */
interface ValueSchema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ValueSchema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly items?: ValueSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
}

const formats: Readonly<Record<string, (fake: Faker) => string>> = {
  'date-time': (fake) => fake.date.recent({ days: 365 }).toISOString(),
  date: (fake) => fake.date.recent({ days: 365 }).toISOString().slice(0, 10),
  time: (fake) => fake.date.recent().toISOString().slice(11),
  email: (fake) => fake.internet.email().toLowerCase(),
  uuid: (fake) => fake.string.uuid(),
  uri: (fake) => fake.internet.url(),
  url: (fake) => fake.internet.url(),
  hostname: (fake) => fake.internet.domainName(),
  ipv4: (fake) => fake.internet.ipv4(),
  ipv6: (fake) => fake.internet.ipv6(),
};

/**
 * A value that a JSON schema allows, as well as can be told from the schema.
 * @returns `undefined` where it cannot be told
 */
export function generateValue(fake: Faker, schema: object): unknown {
  const { type, enum: values, anyOf, properties, ...rules }: ValueSchema = schema;
  if ('const' in schema) return schema.const;
  if (values !== undefined) return fake.helpers.arrayElement(values);
  if (anyOf !== undefined) return generateValue(fake, fake.helpers.arrayElement(anyOf));
  switch (type) {
    case 'string':
      return text(fake, rules);
    case 'integer':
      return wholeNumber(fake, rules);
    case 'number':
      return rules.multipleOf === undefined ? fraction(fake, rules) : wholeNumber(fake, rules);
    case 'boolean':
      return fake.datatype.boolean();
    case 'null':
      return null;
    case 'array': {
      const { minItems = 0, maxItems = minItems + 3, items = {} } = rules;
      const length = fake.number.int({ min: minItems, max: maxItems });
      return Array.from({ length }, () => generateValue(fake, items));
    }
    case 'object': {
      const made = Object.entries(properties ?? {}).map(([name, one]) => [name, generateValue(fake, one)]);
      return Object.fromEntries(made);
    }
    default:
      return undefined;
  }
}

function text(fake: Faker, rules: ValueSchema): string | undefined {
  const { format, pattern, minLength = 0, maxLength = Math.max(minLength, 60) } = rules;
  const make = format === undefined ? undefined : formats[format];
  if (make) return make(fake);
  if (pattern !== undefined) {
    const found = textOfPattern(fake, pattern);
    return found !== undefined && found.length <= maxLength ? found : undefined;
  }
  const words = fake.lorem.words({ min: 2, max: 5 });
  const cut = words.slice(0, maxLength).trimEnd();
  return cut.length >= minLength ? cut : cut + fake.string.alpha(minLength - cut.length);
}

function limits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ValueSchema, step: number) {
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  return { min: low ?? Math.min(0, high ?? 0), max: high ?? Math.max(1000, (low ?? 0) + 1000) };
}

function wholeNumber(fake: Faker, rules: ValueSchema): number {
  const { multipleOf = 1 } = rules;
  const { min, max } = limits(rules, multipleOf);
  const factor = fake.number.int({ min: Math.ceil(min / multipleOf), max: Math.floor(max / multipleOf) });
  return factor * multipleOf;
}

function fraction(fake: Faker, rules: ValueSchema): number {
  const { min, max } = limits(rules, Number.EPSILON);
  return fake.number.float({ ...{ min, max }, fractionDigits: max - min >= 1 ? 2 : 15 });
}
