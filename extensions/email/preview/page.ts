import { type Reply, reply } from 'backplane';
import { type Html, html } from '../rendering/html.ts';

const always = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const style = [
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}',
  'table{border-collapse:collapse;width:100%}',
  'th,td{text-align:left;padding:.35rem .7rem .35rem 0;vertical-align:top;border-bottom:1px solid #ddd}',
  'iframe{width:100%;height:36rem;border:1px solid #ccc;background:#fff}',
  'pre{white-space:pre-wrap;border:1px solid #ccc;padding:1rem}',
].join('');

/** A page of the preview. It has no scripts, and may have none. */
export function page(title: string, body: Html): Reply {
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head>
<body><h1>${title}</h1>${body}</body></html>`;
  return reply(200, document.toString(), {
    ...always,
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'",
  });
}

/** The HTML of a mail by itself. Whatever is in it has no origin, so that it reaches neither cookies nor this server. */
export function mailFrame(mail: string): Reply {
  return reply(200, mail, {
    ...always,
    // Browsers open nothing by itself that is in a sandbox and wants an opener of its own.
    'cross-origin-opener-policy': 'unsafe-none',
    'content-security-policy':
      "sandbox; default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline' https:; font-src data: https:; frame-ancestors 'self'",
  });
}
