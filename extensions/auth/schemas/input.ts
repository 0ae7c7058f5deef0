import { Type } from 'backplane';

/** An object that takes what it names and nothing else: whoever sends `admin: true` is told that there is no such field. */
export const closed = { additionalProperties: false } as const;

export const Email = Type.String({ format: 'email', maxLength: 254, examples: ['ann@example.org'] });

/** Too long ones are told apart from wrong ones by the policy, where a new one is set. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 512,
  examples: ['a long sentence of your own'],
});

/** Without control characters, which some databases refuse to keep. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f]*$',
  examples: ['Ann'],
});

/** A token as messages carry it. */
export const MessageToken = Type.String({ minLength: 1, maxLength: 200 });

/** What credentials may do at most, written as `isPermission` of the kernel reads it: see `Actor.scopes`. */
export const Scope = Type.String({
  maxLength: 200,
  pattern: '^(\\*|(\\*|[a-z][a-z0-9-]*(\\.([a-z][a-z0-9-]*|\\*))*):(\\*|[a-z][A-Za-z0-9-]*))$',
  examples: ['blog.post:read'],
});

export const Id = Type.Object({ id: Type.String({ format: 'uuid' }) });
