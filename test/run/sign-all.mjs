// Signs every request for the tests of members: with a header, and in the body where that has a place for it.
export default ({ body, placeholder }) => ({
  headers: { 'X-Signature': 'signed' },
  body: placeholder === null || typeof body !== 'string' ? null : body.replace(placeholder, 'signed'),
});
