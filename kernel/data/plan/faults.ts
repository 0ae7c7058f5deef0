import { BackplaneError, throwFaults } from '../../errors.ts';

/** Faults that are told at most: a hostile request could have any number. */
const most = 20;

/** What is wrong with a request, all of it. */
export class Faults {
  readonly #invalid: BackplaneError[] = [];
  readonly #forbidden: BackplaneError[] = [];

  /**
   * @param path where in the request, `filter.author.name`
   * @param reason a sentence, with how to mend it
   * @throws as {@link throwAny}, when it is one too many
   */
  invalid(entity: string, path: string, reason: string): void {
    this.#invalid.push(new BackplaneError('QUERY_INVALID', { entity, path, reason }));
    if (this.#invalid.length >= most) this.throwAny();
  }

  forbidden(entity: string, path: string, field: string): void {
    this.#forbidden.push(new BackplaneError('QUERY_FORBIDDEN', { entity, path, field }));
    if (this.#forbidden.length >= most) this.throwAny();
  }

  /** @throws QUERY_FORBIDDEN, QUERY_INVALID, or both in a FaultList, what is forbidden first: its status is the list's */
  throwAny(): void {
    if (this.#invalid.length > 0 || this.#forbidden.length > 0)
      throwFaults([...this.#forbidden, ...this.#invalid]);
  }
}
