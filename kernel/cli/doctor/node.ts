import semver from 'semver';
import packageJson from '../../../package.json' with { type: 'json' };
import { type Finding, failed, ok } from './check.ts';

/** Is this Node one that the package is made for? */
export function checkNode(version: string): Finding {
  const { node } = packageJson.engines;
  return semver.satisfies(version, node)
    ? ok('Node', `${version} (${node} is needed)`)
    : failed(
        'Node',
        `${version} is too old: ${node} is needed. Install a newer Node, or run through npm scripts`,
      );
}
