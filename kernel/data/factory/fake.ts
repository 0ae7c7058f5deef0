import { createRequire } from 'node:module';
import type * as FakerModule from '@faker-js/faker';

const load = createRequire(import.meta.url);

/**
 * A source of plausible values. Loaded when a factory first needs one: an application that serves needs none.
 *
 * @param seed the same values come again with the same number; others each time if left out
 * @param now ms since the epoch, which "recently" is before
 */
export function createFake(seed: number | undefined, now: number): FakerModule.Faker {
  const { Faker, base, en } = load('@faker-js/faker') as typeof FakerModule;
  const fake = new Faker({ locale: [en, base], ...(seed === undefined ? {} : { seed }) });
  fake.setDefaultRefDate(now);
  return fake;
}
