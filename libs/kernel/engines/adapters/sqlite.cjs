// @ts-check
/**
 * SQLite of the embedded stores: better-sqlite3 13 is built on Node-API and needs Node.js 22, 12 serves Node.js 20 and
 * aborts on Node.js 24.19 and later (nodejs/node 65446).
 */
const [major = 0] = process.versions.node.split('.').map(Number);

module.exports = /** @type {typeof import('better-sqlite3')} */ (
  require(major >= 22 ? 'better-sqlite3' : 'better-sqlite3-12')
);
