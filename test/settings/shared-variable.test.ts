import { expect } from 'chai';
import { Type } from '../../kernel/schema/index.ts';
import {
  defineSettings,
  describeSettings,
  resolveSettings,
  settingConflicts,
  sourcesOf,
} from '../../kernel/settings/index.ts';

const schema = defineSettings(
  Type.Object({ secret: Type.String({ secret: true, minLength: 4, variable: 'JWT_SECRET' }) }),
);

function resolve(given: Parameters<typeof sourcesOf>[0]) {
  return resolveSettings({ owner: 'auth', schema, sources: sourcesOf(given) });
}

describe("A setting that shares a variable of the kernel's", () => {
  it('has the value that the kernel has, wherever that comes from', () => {
    const config = new Map([['kernel', { file: 'config/kernel.ts', values: { jwtSecret: 'from config' } }]]);
    const made = { JWT_SECRET: 'made' };
    const environment = { JWT_SECRET: 'from environment' };
    expect(resolve({ environment, config, made })).to.deep.equal({ value: { secret: 'from environment' } });
    expect(resolve({ config, made })).to.deep.equal({ value: { secret: 'from config' } });
    expect(resolve({ made })).to.deep.equal({ value: { secret: 'made' } });
  });

  it('is missing by the name of that variable, and is no conflict', () => {
    expect(resolve({ environment: { AUTH_SECRET: 'another' } })).to.deep.equal({
      missing: ['JWT_SECRET'],
      faults: [],
    });
    expect(describeSettings(schema, 'AUTH')[0]).to.include({ field: 'secret', variable: 'JWT_SECRET' });
    const kernel = defineSettings(Type.Object({ jwtSecret: Type.String() }));
    const owned = [
      { owner: 'kernel', prefix: '', schema: kernel },
      { owner: 'auth', prefix: 'AUTH', schema },
    ];
    expect(settingConflicts(owned)).to.deep.equal([]);
  });
});
