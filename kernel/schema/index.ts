export type { Static, TSchema } from 'typebox';
export * as Type from '../data/type.ts';
export { shareByContent } from './share.ts';
export { compileValidator, type SchemaFault, type Validator, type ValidatorOptions } from './validator.ts';
