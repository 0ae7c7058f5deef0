import { belongsTo, can, defineEntity, entities, resources, rows, Type, through } from 'backplane';
import { compileEntities, type EntityDefinition } from 'backplane/data';
import { expect } from 'chai';
import type { AccessRules } from '../../kernel/data/entity/define.ts';
import { grantsOf } from '../../kernel/resource/access/grants-of.ts';
import { authorities, hookRegistry, managerRegistry, rules } from '../../kernel/resource/index.ts';
import { compileSnapshot } from '../../kernel/snapshot/index.ts';

const Post = defineEntity('blog.post', {
  fields: { title: Type.String({ maxLength: 80 }), open: Type.Boolean({ default: true }) },
  access: { read: { open: { eq: true } }, update: rows({ open: { eq: true } }).fields('title') },
});
const Comment = defineEntity('blog.comment', {
  fields: { text: Type.String() },
  relations: { post: belongsTo('blog.post') },
  access: { read: through('post', 'read'), update: through('post', 'update').or(can('blog.comment:update')) },
});

/** What a rule grants to nobody in particular. */
async function granted(entity: string, operation: string): Promise<unknown> {
  const catalog = compileEntities([Post, Comment].map((value) => ({ value, owner: 'blog' })));
  const termOf = (name: string, other: string) => {
    const found = catalog.get(name).access.get(other);
    if (found === undefined) throw new Error('no rule');
    return found.term;
  };
  const question = {
    actor: undefined,
    entity: catalog.get(entity),
    operation,
    authorities: [],
    catalog,
    termOf,
  };
  return grantsOf(termOf(entity, operation), question);
}

function compile(definition: EntityDefinition): void {
  const owner = { name: 'blog', generation: 1, prefix: '/blog' };
  compileSnapshot({
    owners: new Map([['blog', owner]]),
    registries: [entities, authorities, rules, hookRegistry, managerRegistry, resources].map((registry) => ({
      registry,
      owner: 'kernel',
    })),
    contributions: new Map([['entities', [{ owner, source: 'test', value: definition }]]]),
  });
}

describe('An access rule', () => {
  it('leads through a relation to what is allowed with its row', async () => {
    expect(await granted('blog.comment', 'read')).to.deep.equal([{ rows: { post: { open: { eq: true } } } }]);
    expect(await granted('blog.comment', 'update')).to.deep.equal([
      { rows: { post: { open: { eq: true } } } },
    ]);
  });

  it('may be for some fields only', async () => {
    expect(await granted('blog.post', 'update')).to.deep.equal([
      { rows: { open: { eq: true } }, fields: new Set(['title']) },
    ]);
  });

  it('is refused when it is loaded, if it names what there is not', () => {
    const fields = { name: Type.String({ maxLength: 20 }) };
    for (const [access, message] of [
      [{ read: { nam: { eq: 'x' } } }, 'Did you mean "name"?'],
      [{ read: { name: { like: 'x' } } }, 'knows no operator "like"'],
      [{ read: can('blog.lable:read') }, 'Did you mean "blog.label"?'],
      [{ read: can('nonsense') }, 'is no permission'],
      [{ reed: can('blog.label:read') }, 'there is no operation "reed"'],
      [{ read: through('shelf', 'read') }, 'is no relation of it'],
      [{ read: rows({ name: { eq: 'x' } }).fields('nam') }, 'there is no field "nam"'],
    ] as const) {
      expect(
        () => compile(defineEntity('blog.label', { fields, access: access as AccessRules })),
        message,
      ).to.throw(message);
    }
    expect(() =>
      compile(defineEntity('blog.label', { fields, access: { read: { name: { eq: '$actor.name' } } } })),
    ).not.to.throw();
  });
});
