/**
 * What mutation testing leaves alone, with the reason.
 * Words for people: a mutated wording is no wrong decision (that no refusal lacks its words is a test of its own).
 * Declarations of classes: what a field accepts is checked by the schema specs, not by the deciders'.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const DECLARATIONS = {
  defineRejections: 'words for people',
  defineProjection: 'a read model, no decision',
  defineProcess: 'a process, no decision',
};

const hasHan = (node) => {
  if (node.type === 'StringLiteral') return /\p{Script=Han}/u.test(node.value);
  return node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => /\p{Script=Han}/u.test(value.raw));
};

const nameOf = ({ callee }) => (callee.type === 'CallExpression' ? nameOf(callee) : callee.name);

const reasonFor = (node) => {
  if (node.type === 'ClassDeclaration') return 'a declaration of fields';
  if (node.type === 'VariableDeclarator' && /Feature$|Permissions$/.test(node.id.name)) return 'composition';
  if (node.type === 'CallExpression' && DECLARATIONS[nameOf(node)]) return DECLARATIONS[nameOf(node)];
  return hasHan(node) ? 'words for people' : undefined;
};

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'not-decisions', { shouldIgnore: ({ node }) => reasonFor(node) }),
];
