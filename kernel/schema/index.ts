export { type Static, type TSchema, Type } from 'typebox';
export { compileValidator, type SchemaFault, type Validator, type ValidatorOptions } from './validator.ts';
