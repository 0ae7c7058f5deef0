import { defineCommand } from 'backplane';
import { type AccessExplanation, type ExplainedGrant, explainAccess } from '../access/explain-access.ts';

export default defineCommand({
  name: 'access explain',
  description:
    'Why a user may do something with rows of an entity: the rule, the grants, the filter and the SQL',
  arguments: {
    user: { description: 'Id or address of the user' },
    entity: { description: 'As in blog.post' },
    operation: { description: 'read, create, update, delete, restore, aggregate, or a method' },
  },
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ args, options, services, print }) {
    const explanation = await explainAccess(services, args.user, args.entity, args.operation);
    if (options.json) print(JSON.stringify(explanation, undefined, 2));
    else for (const line of linesOf(explanation)) print(line);
  },
});

function linesOf(explanation: AccessExplanation): readonly string[] {
  const { user, entity, operation, rule, reading, grants, allowed, filter, fields, sql, parameters } =
    explanation;
  return [
    `${user.email} and "${operation}" of ${entity}`,
    '',
    `Rule:    ${rule}`,
    ...(explanation.isRoot ? ['         An administrator is above all rules.'] : []),
    ...(grants.length === 0
      ? ['Grants:  none']
      : grants.map((grant, index) => `${index === 0 ? 'Grants: ' : '        '} ${lineOf(grant)}`)),
    `Result:  ${resultOf(allowed, filter)}`,
    ...(reading === null
      ? []
      : [
          `Besides: the row has to be readable (${reading.rule}): ${resultOf(reading.allowed, reading.filter)}`,
        ]),
    ...(fields.some((list) => list !== null)
      ? [`Fields:  ${fields.map((list) => (list === null ? 'all' : list.join(', '))).join('; or ')}`]
      : []),
    ...(sql === null ? [] : [`SQL:     ${sql}`, `         with ${JSON.stringify(parameters)}`]),
  ];
}

function resultOf(allowed: boolean, filter: AccessExplanation['filter']): string {
  if (!allowed) return 'denied';
  return filter === null ? 'all rows' : `rows that satisfy ${JSON.stringify(filter)}`;
}

function lineOf({ permission, pattern, roles, writtenIn, teams, fields, filter }: ExplainedGrant): string {
  const inherited = roles.length === 1 && roles[0] === writtenIn ? '' : ` (written in "${writtenIn}")`;
  return [
    `"${permission}" by "${pattern}" of role ${roles.map((name) => `"${name}"`).join(', ')}${inherited} in ${teams.map((name) => `"${name}"`).join(', ')}`,
    ...(fields === null ? [] : [`fields ${fields.join(', ')}`]),
    ...(filter === null ? [] : [`where ${JSON.stringify(filter)}`]),
  ].join('; ');
}
