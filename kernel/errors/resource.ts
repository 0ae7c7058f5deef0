import { type Entry, entry } from './entry.ts';

/** One thing wrong with an input: where in it (a JSON pointer) and what. */
export interface InputFault {
  readonly pointer: string;
  readonly message: string;
}

/** What can go wrong with managers: access, validation, hooks. */
export const resourceErrors = {
  AUTHENTICATION_REQUIRED: entry<{ entity: string; operation: string }>(
    ({ entity, operation }) =>
      `"${operation}" of "${entity}" needs credentials, and the request carries none that are valid.`,
    401,
    'shown',
  ),
  ACCESS_DENIED: entry<{ entity: string; operation: string; permission?: string; scope?: string }>(
    ({ entity, operation, permission, scope }) =>
      `You are not allowed to "${operation}" this "${entity}"${permission === undefined ? '' : ` (it takes ${permission})`}.${
        scope === undefined ? '' : ` The scopes of your credentials do not reach "${scope}".`
      }`,
    403,
    'shown',
  ),
  FIELD_FORBIDDEN: entry<{ entity: string; field: string }>(
    ({ entity, field }) => `Your grants on "${entity}" do not reach its field "${field}". Leave it out.`,
    403,
    'shown',
  ),
  INPUT_INVALID: entry<{ entity: string; faults: readonly InputFault[] }>(
    ({ entity, faults }) =>
      `The input does not fit "${entity}": ${faults.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}.`,
    422,
    ({ entity, faults }) =>
      `The input does not fit "${entity}"; "faults" lists ${faults.length === 1 ? 'what is' : `the ${faults.length} things that are`} wrong.`,
  ),
  ROW_VERSION_DIFFERS: entry<{ entity: string; id: string }>(
    ({ entity, id }) =>
      `The "${entity}" with the id "${id}" is not the version that you name: somebody has changed it. Read it again, and repeat the change.`,
    412,
    'shown',
  ),
  OPERATION_NOT_OFFERED: entry<{ entity: string; operation: string; offered: readonly string[] }>(
    ({ entity, operation, offered }) =>
      `"${entity}" does not offer "${operation}": its rows lie behind a provider, which does ${offered.join(', ') || 'nothing'}.`,
    405,
    'shown',
  ),
  EXTERNAL_REFUSED: entry<{ entity: string; operation: string; code?: string }>(
    ({ entity, operation, code }) =>
      `The service that keeps "${entity}" refuses this "${operation}" as invalid${code === undefined ? '' : ` (${code})`}.`,
    422,
    'shown',
  ),
  EXTERNAL_ANSWER_INVALID: entry<{ entity: string; operation: string; reason: string }>(
    ({ entity, operation, reason }) =>
      `The driver behind "${entity}" answered "${operation}" wrongly: ${reason}`,
    503,
    () => 'A service that this needs has failed. Try again later.',
  ),
  ACCESS_INVALID: entry<{ entity: string; owner: string; reason: string }>(
    ({ entity, owner, reason }) => `The access rules of "${entity}" (extension "${owner}"): ${reason}`,
    422,
  ),
  HOOK_INVALID: entry<{ hook: string; owner: string; reason: string }>(
    ({ hook, owner, reason }) => `The hook ${hook} (extension "${owner}"): ${reason}`,
    422,
  ),
  HOOK_UNANSWERED: entry<{ operation: string; reason: string }>(
    ({ operation, reason }) => `A hook around ${operation}: ${reason} Do one of both.`,
  ),
  RULE_UNKNOWN: entry<{ rule: string; entity: string; field: string; owner: string; suggestion: string }>(
    ({ rule, entity, field, suggestion }) =>
      `"${field}" of "${entity}" asks for the validation rule "${rule}", which nobody defines.${suggestion} Define it with defineRule under rules/.`,
    422,
  ),
  METHOD_UNKNOWN: entry<{ entity: string; method: string; suggestion: string }>(
    ({ entity, method, suggestion }) => `The manager of "${entity}" has no method "${method}".${suggestion}`,
    404,
    'shown',
  ),
  VIEW_INVALID: entry<{ entity: string; owner: string; reason: string }>(
    ({ entity, owner, reason }) => `The view of "${entity}" (extension "${owner}"): ${reason}`,
    422,
  ),
  METHOD_INVALID: entry<{ entity: string; owner: string; reason: string }>(
    ({ entity, owner, reason }) => `The manager of "${entity}" (extension "${owner}"): ${reason}`,
    422,
  ),
} satisfies Record<string, Entry<never>>;
