import type { RouteDocument } from 'backplane';
import type { Served } from '../served.ts';
import { idParameter, ifNoneMatch, parameters, rowParameters } from './parameters.ts';
import { rowProblems } from './problems.ts';

export const etagHeader = { ETag: 'Stands for the version of the row, and for what of it is shown.' };

export function getDocument(served: Served): RouteDocument {
  return {
    params: idParameter(served),
    query: parameters(rowParameters(served)),
    headers: parameters(ifNoneMatch),
    response: {
      200: served.schemas.shown(served.resource.schema),
      304: { description: 'It is what the client has.' },
    },
    responseHeaders: { 200: etagHeader },
    problems: rowProblems,
  };
}
