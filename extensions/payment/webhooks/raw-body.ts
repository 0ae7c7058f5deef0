import express from 'express';

/** Events of providers are far smaller. */
const limit = '1mb';

/** The bytes as they came: a signature is made over them, and not over what a parser makes of them. */
export const rawBody = express.raw({ type: () => true, limit, inflate: false });
