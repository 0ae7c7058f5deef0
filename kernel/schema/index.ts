export { type Static, type TSchema, Type } from 'typebox';
export { shareByContent } from './share.ts';
export { compileValidator, type SchemaFault, type Validator, type ValidatorOptions } from './validator.ts';
