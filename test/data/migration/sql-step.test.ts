import { sql } from 'backplane/data';
import { expect } from 'chai';

describe('A step of SQL', () => {
  it('is refused when it names a kind of database that there is none of', () => {
    // As JavaScript, or a careless cast, would have it.
    expect(() => sql(JSON.parse('{ "postgress": "select 1" }'))).to.throw(
      '"postgress" is unknown. Did you mean "postgres"?',
    );
  });
});
